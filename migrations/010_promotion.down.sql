ALTER TABLE modeling.models DROP COLUMN shadow;
ALTER TABLE modeling.promotions DROP COLUMN gate, DROP COLUMN overridden_by;
DROP TABLE modeling.leak_audits;

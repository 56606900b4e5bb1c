-- Leak audits by what was audited: the definitions of the features and the results that they were made of.
CREATE TABLE IF NOT EXISTS modeling.leak_audits (
    definition text NOT NULL,
    source     text NOT NULL,
    passes     boolean NOT NULL,
    permuted   jsonb NOT NULL,
    planted    jsonb NOT NULL,
    at         timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (definition, source)
);
-- What the gate found when a model was promoted, and who let it through against that.
ALTER TABLE modeling.promotions ADD COLUMN IF NOT EXISTS gate jsonb, ADD COLUMN IF NOT EXISTS overridden_by text;
-- Scored and published beside the production model, never staked.
ALTER TABLE modeling.models ADD COLUMN IF NOT EXISTS shadow boolean NOT NULL DEFAULT false;

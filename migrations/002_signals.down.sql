DROP INDEX IF EXISTS modeling.signals_race;
ALTER TABLE modeling.signals
    DROP COLUMN p_model, DROP COLUMN p_market, DROP COLUMN blended, DROP COLUMN origin, DROP COLUMN revision, DROP COLUMN payload,
    DROP COLUMN written_at;

-- What a signal needs beyond the seed's columns.
ALTER TABLE modeling.signals
    ADD COLUMN IF NOT EXISTS p_model    double precision,
    ADD COLUMN IF NOT EXISTS p_market   double precision,
    ADD COLUMN IF NOT EXISTS blended    boolean,
    ADD COLUMN IF NOT EXISTS origin     text NOT NULL DEFAULT 'live' CHECK (origin IN ('live', 'backfill')),
    ADD COLUMN IF NOT EXISTS revision   bigint NOT NULL DEFAULT 0,
    -- of the signal as it was sent: two payloads of one revision must be equal
    ADD COLUMN IF NOT EXISTS payload    bigint,
    ADD COLUMN IF NOT EXISTS written_at timestamptz NOT NULL DEFAULT now();

CREATE INDEX IF NOT EXISTS signals_race ON modeling.signals (race_id, model_id, as_of);

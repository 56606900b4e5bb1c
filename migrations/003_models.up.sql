-- Bundles as bytes, so that a scorer on any host needs one URL, and who promoted what.
ALTER TABLE modeling.models ADD COLUMN IF NOT EXISTS feature_set_hash text, ADD COLUMN IF NOT EXISTS trained_through date;

CREATE TABLE IF NOT EXISTS modeling.model_bundles (
    model_id bigint PRIMARY KEY REFERENCES modeling.models (model_id) ON DELETE CASCADE,
    sha256   text NOT NULL,
    bytes    bytea NOT NULL
);

-- One production model per name. An adopted database may break that, and must be put right by a person.
CREATE UNIQUE INDEX IF NOT EXISTS models_one_production ON modeling.models (name) WHERE stage = 'production';

CREATE TABLE IF NOT EXISTS modeling.promotions (
    promotion_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name         text NOT NULL,
    from_version text,
    to_version   text NOT NULL,
    by_whom      text NOT NULL,
    why          text,
    at           timestamptz NOT NULL DEFAULT now()
);

-- A training request is taken up once and can be taken up again.
CREATE TABLE IF NOT EXISTS modeling.training_runs (
    request_id text PRIMARY KEY,
    name       text NOT NULL,
    version    text NOT NULL,
    stage      text NOT NULL DEFAULT 'waiting',
    progress   double precision NOT NULL DEFAULT 0,
    error      text,
    model_id   bigint REFERENCES modeling.models (model_id) ON DELETE SET NULL,
    updated_at timestamptz NOT NULL DEFAULT now()
);

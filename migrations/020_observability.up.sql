-- What a worker says of itself beside its heartbeat: whether it is ready, why not, and figures such as how old its form
-- book is.
ALTER TABLE modeling.workers
    ADD COLUMN IF NOT EXISTS ready    boolean NOT NULL DEFAULT true,
    ADD COLUMN IF NOT EXISTS problems text[] NOT NULL DEFAULT '{}',
    ADD COLUMN IF NOT EXISTS figures  jsonb NOT NULL DEFAULT '{}';

-- What a scheduled job is about, for jobs that another worker takes up.
ALTER TABLE modeling.scheduled_jobs ADD COLUMN IF NOT EXISTS detail jsonb;

-- Comparisons of live features and predictions with those that a model was trained on.
CREATE TABLE IF NOT EXISTS modeling.drift_runs (
    run_id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    model_id       bigint NOT NULL REFERENCES modeling.models (model_id),
    from_day       date NOT NULL,
    to_day         date NOT NULL,
    reference_from date NOT NULL,
    reference_to   date NOT NULL,
    races          bigint NOT NULL,
    reference_rows bigint NOT NULL,
    current_rows   bigint NOT NULL,
    columns        bigint NOT NULL,
    drifted        bigint NOT NULL,
    at             timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX IF NOT EXISTS drift_runs_model ON modeling.drift_runs (model_id, run_id DESC);
CREATE TABLE IF NOT EXISTS modeling.drift_columns (
    run_id            bigint NOT NULL REFERENCES modeling.drift_runs (run_id) ON DELETE CASCADE,
    name              text NOT NULL,
    -- feature or prediction
    kind              text NOT NULL,
    -- Evidently's name of the test; NULL if a sample holds no value
    test              text,
    score             double precision,
    psi               double precision,
    drifted           boolean NOT NULL,
    reference_missing double precision NOT NULL,
    current_missing   double precision NOT NULL,
    reference_mean    double precision,
    current_mean      double precision,
    -- the 5th, 25th, 50th, 75th and 95th percentiles
    reference_spread  double precision[] NOT NULL,
    current_spread    double precision[] NOT NULL,
    PRIMARY KEY (run_id, name)
);

-- The mark of the folder that builders and trainers share (ARTIFACT_ROOT): a worker whose folder has another one would
-- look for Parquet parts in the wrong place.
CREATE TABLE IF NOT EXISTS modeling.artifact_root (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    mark    text NOT NULL
);

-- What is due, decided once: two schedulers side by side emit what these rows say.
CREATE TABLE IF NOT EXISTS modeling.ticks (
    race_id    bigint NOT NULL,
    as_of      timestamptz NOT NULL,
    race_date  date NOT NULL,
    models     jsonb NOT NULL,
    revision   bigint NOT NULL DEFAULT 1,
    emitted_at timestamptz,
    PRIMARY KEY (race_id, as_of)
);
CREATE INDEX IF NOT EXISTS ticks_waiting ON modeling.ticks (as_of) WHERE emitted_at IS NULL;

-- Results as they were last sent to settlement; a changed result gets the next revision.
CREATE TABLE IF NOT EXISTS modeling.settlements (
    race_id     bigint PRIMARY KEY,
    race_date   date NOT NULL,
    result_hash text NOT NULL,
    revision    bigint NOT NULL,
    emitted_at  timestamptz
);

-- Runs of `backfill`: what was asked for, so that it can be counted and compared.
CREATE TABLE IF NOT EXISTS modeling.backfills (
    backfill_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    from_date   date NOT NULL,
    to_date     date NOT NULL,
    model_id    bigint NOT NULL REFERENCES modeling.models (model_id),
    before_off  interval NOT NULL,
    revision    bigint NOT NULL,
    races       bigint NOT NULL,
    started_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE IF NOT EXISTS modeling.workers (
    instance   text PRIMARY KEY,
    worker     text NOT NULL,
    host       text NOT NULL,
    pid        bigint NOT NULL,
    started_at timestamptz NOT NULL DEFAULT now(),
    seen_at    timestamptz NOT NULL DEFAULT now(),
    handled    bigint NOT NULL DEFAULT 0,
    dead       bigint NOT NULL DEFAULT 0
);

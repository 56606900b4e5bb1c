-- What the suites under expectations/ found, per race that was built and per part of a data set.
CREATE TABLE IF NOT EXISTS modeling.race_expectations (
    race_id    bigint NOT NULL,
    as_of      timestamptz NOT NULL,
    origin     text NOT NULL,
    suite      text NOT NULL,
    critical   integer NOT NULL,
    warnings   integer NOT NULL,
    failures   jsonb NOT NULL,
    checked_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (race_id, as_of, origin)
);
CREATE INDEX IF NOT EXISTS race_expectations_failed ON modeling.race_expectations (checked_at) WHERE critical + warnings > 0;

CREATE TABLE IF NOT EXISTS modeling.part_expectations (
    dataset    text NOT NULL,
    part       text NOT NULL,
    source     text NOT NULL,
    suite      text NOT NULL,
    critical   integer NOT NULL,
    warnings   integer NOT NULL,
    failures   jsonb NOT NULL,
    checked_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (dataset, part)
);

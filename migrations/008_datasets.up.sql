-- The manifest of data sets: which parts there are, what each was made of, and where it is.
CREATE TABLE IF NOT EXISTS modeling.dataset_parts (
    dataset          text NOT NULL,
    part             text NOT NULL CHECK (part ~ '^[0-9]{4}-[0-9]{2}$'),
    feature_set      integer NOT NULL,
    feature_set_hash text NOT NULL,
    definition       text NOT NULL,
    source           text NOT NULL,
    path             text NOT NULL,
    sha256           text NOT NULL,
    bytes            bigint NOT NULL,
    races            bigint NOT NULL,
    rows             bigint NOT NULL,
    built_at         timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (dataset, part)
);

-- What became of each request's parts: how far a build is.
CREATE TABLE IF NOT EXISTS modeling.dataset_builds (
    request_id text NOT NULL,
    part       text NOT NULL,
    outcome    text NOT NULL CHECK (outcome IN ('built', 'unchanged', 'empty', 'failed', 'refused')),
    error      text,
    at         timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (request_id, part)
);

-- Trials of a hyper-parameter search: a study is what was searched on, so that a search that was broken off goes on where it was.
CREATE TABLE IF NOT EXISTS modeling.trials (
    study      text NOT NULL,
    trial      integer NOT NULL,
    parameters jsonb NOT NULL,
    loss       double precision NOT NULL,
    seconds    double precision NOT NULL,
    at         timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (study, trial)
);

-- What a scheduler does at fixed times beside the ticks: refits and the deletion of old rows. A row is claimed for six
-- hours, so that of several schedulers one does it, and another one takes it over if that one stops.
CREATE TABLE IF NOT EXISTS modeling.scheduled_jobs (
    job text NOT NULL, due_at timestamptz NOT NULL, version text, parent text,
    claimed_at timestamptz, done_at timestamptz, PRIMARY KEY (job, due_at));

-- What became of dead letters, by where the message was that failed. Kafka keeps the letters themselves.
CREATE TABLE IF NOT EXISTS modeling.dead_letter_actions (
    topic          text NOT NULL,
    partition      bigint NOT NULL,
    message_offset bigint NOT NULL,
    action         text NOT NULL CHECK (action IN ('redriven', 'dropped')),
    by_whom        text NOT NULL,
    -- a letter that is younger is another one: the topic was deleted and created again
    at             timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (topic, partition, message_offset)
);

-- Replays, and how far each has come, so that one that was interrupted can be resumed.
CREATE TABLE IF NOT EXISTS modeling.replays (
    replay_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- the arguments, in a canonical form
    selection   text NOT NULL,
    range       jsonb NOT NULL,
    sent        bigint NOT NULL DEFAULT 0,
    -- of replayed requests: higher than that of every backfill and replay before
    revision    bigint,
    by_whom     text NOT NULL,
    started_at  timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz
);
CREATE INDEX IF NOT EXISTS replays_selection ON modeling.replays (selection) WHERE finished_at IS NULL;

-- Bets are named by whoever strikes them; the seed's rows have no name and keep none.
ALTER TABLE modeling.bets
    ADD COLUMN IF NOT EXISTS bet_ref         text,
    ADD COLUMN IF NOT EXISTS race_date       date,
    ADD COLUMN IF NOT EXISTS clv             double precision,
    ADD COLUMN IF NOT EXISTS clv_close_src   text,
    ADD COLUMN IF NOT EXISTS settled_revision bigint,
    ADD COLUMN IF NOT EXISTS settled_at      timestamptz,
    -- why a bet stays unsettled although its race has a result
    ADD COLUMN IF NOT EXISTS unsettled_reason text,
    ADD COLUMN IF NOT EXISTS written_at      timestamptz NOT NULL DEFAULT now();
CREATE UNIQUE INDEX IF NOT EXISTS bets_ref ON modeling.bets (bet_ref);
CREATE INDEX IF NOT EXISTS bets_race ON modeling.bets (race_id);

-- The official result of each runner and its closing prices, as settlement last saw them.
CREATE TABLE IF NOT EXISTS modeling.results (
    race_id        bigint NOT NULL,
    horse_id       bigint NOT NULL,
    race_date      date NOT NULL,
    off            timestamptz NOT NULL,
    is_handicap    boolean NOT NULL,
    position       integer NOT NULL,
    withdrawn      boolean NOT NULL,
    bsp            double precision,
    place_bsp      double precision,
    close_odds     double precision,
    close_src      text,
    -- the closing book without its overround; NULL where a runner has no closing price
    close_p        double precision,
    revision       bigint NOT NULL,
    written_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (race_id, horse_id)
);

-- The signals of a race beside its result: what was staked, what came of it, and what the closing line says.
CREATE OR REPLACE VIEW modeling.signal_outcomes AS
SELECT s.signal_id, s.as_of, s.race_id, r.race_date, s.horse_id, s.model_id, s.origin, s.p_win, s.p_model, s.p_market, s.blended,
       s.best_odds_win, s.edge_win, s.stake_units, r.position, r.withdrawn, r.off, r.close_odds, r.close_src,
       r.position = 1 AS won,
       CASE WHEN r.withdrawn OR s.best_odds_win IS NULL THEN NULL
            -- a price taken at the off is the closing price: it measures nothing
            WHEN s.as_of >= r.off THEN NULL
            ELSE ln(s.best_odds_win / r.close_odds) END AS clv,
       s.best_odds_win * r.close_p - 1 AS clv_return
  FROM modeling.signals s
  JOIN modeling.results r USING (race_id, horse_id);

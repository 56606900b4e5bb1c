-- The terms and the source's rule that a bet is settled by, what it was paid at, and every settlement that it has had.
ALTER TABLE modeling.bets
    ADD COLUMN IF NOT EXISTS places         double precision,
    ADD COLUMN IF NOT EXISTS place_fraction double precision,
    -- odds after the reductions for runners withdrawn since
    ADD COLUMN IF NOT EXISTS settled_odds   double precision,
    -- the rule and the commission of its source when it was recorded: a later policy changes no earlier bet
    ADD COLUMN IF NOT EXISTS source_kind    text,
    ADD COLUMN IF NOT EXISTS commission     double precision;

CREATE TABLE IF NOT EXISTS modeling.bet_settlements (
    settlement_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    bet_id           bigint NOT NULL REFERENCES modeling.bets (bet_id) ON DELETE CASCADE,
    revision         bigint,
    pnl              double precision,
    odds             double precision,
    close_odds       double precision,
    close_src        text,
    clv              double precision,
    unsettled_reason text,
    at               timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX IF NOT EXISTS bet_settlements_bet ON modeling.bet_settlements (bet_id);

-- Whether the exchange's place market paid a runner; NULL where there was none or it is not known.
ALTER TABLE modeling.results ADD COLUMN IF NOT EXISTS place_paid boolean;

CREATE TABLE IF NOT EXISTS modeling.withdrawals (
    race_id      bigint NOT NULL,
    horse_id     bigint NOT NULL,
    race_date    date NOT NULL,
    at           timestamptz NOT NULL,
    -- shares: of winnings by Rule 4, of the price in the exchange's win market, of winnings in its place market
    rule4        double precision,
    factor       double precision,
    place_factor double precision,
    written_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (race_id, horse_id)
);

-- The CLV of priced signals, one row a runner and lead bucket: what a price taken then was worth at the close.
CREATE TABLE IF NOT EXISTS modeling.signal_clv (
    race_id     bigint NOT NULL,
    horse_id    bigint NOT NULL,
    model_id    bigint NOT NULL,
    -- 0800, 60m, 10m, 1m, or staked: the first signal that advised a stake
    bucket      text NOT NULL,
    race_date   date NOT NULL,
    as_of       timestamptz NOT NULL,
    origin      text NOT NULL,
    odds        double precision NOT NULL,
    odds_src    text,
    p_win       double precision NOT NULL,
    stake_units double precision NOT NULL,
    close_odds  double precision NOT NULL,
    close_src   text NOT NULL,
    close_p     double precision,
    -- ln(taken / closing); as a return: taken times the closing book's probability, less one
    clv         double precision NOT NULL,
    clv_return  double precision,
    position    integer NOT NULL,
    PRIMARY KEY (race_id, horse_id, model_id, bucket)
);
CREATE INDEX IF NOT EXISTS signal_clv_date ON modeling.signal_clv (race_date);

-- The limits of a day, as the staking policy that was applied last has them.
CREATE TABLE IF NOT EXISTS modeling.staking_limits (
    limit_id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    day_units      double precision NOT NULL CHECK (day_units > 0),
    stop_units     double precision NOT NULL CHECK (stop_units > 0),
    by_whom        text NOT NULL,
    at             timestamptz NOT NULL DEFAULT now()
);

ALTER TABLE modeling.signals ADD COLUMN IF NOT EXISTS race_date date, ADD COLUMN IF NOT EXISTS off timestamptz;
CREATE INDEX IF NOT EXISTS signals_day ON modeling.signals (race_date) WHERE origin = 'live';
CREATE INDEX IF NOT EXISTS bets_day ON modeling.bets (race_date);

-- What may be bet: of each live race the latest signals of the models in production, less what was struck on the runner already, with the day's limits
-- applied. The cap leaves room for what all bets of the day have staked; each race without a result shares the rest. A function of what the tables hold,
-- not of the order in which it came: every publisher and every replay gives the same. Without limits (giddyup policy apply) it is empty, not unlimited.
-- Ask for a day (WHERE race_date = ...): every step is by day, so that only its rows are read.
CREATE OR REPLACE VIEW modeling.actionable_signals AS
SELECT t.signal_id, t.as_of, t.race_date, t.off, t.race_id, t.horse_id, t.model_id, t.p_win, t.fair_odds_win, t.best_odds_win, t.best_odds_src, t.edge_win,
       t.liquidity_ok, t.stake_units AS advised_units, t.struck AS struck_units,
       CASE WHEN d.profit <= -l.stop_units THEN 0
            ELSE t.wanted * least(1, greatest(0, l.day_units - d.struck) / nullif(t.wanted_day, 0)) END AS stake_units,
       jsonb_set(coalesce(t.reasons_json, '{}'), '{gates}', coalesce(t.reasons_json -> 'gates', '[]')
           || CASE WHEN t.struck > 0 THEN jsonb_build_array(format('struck already: %s units', round(t.struck::numeric, 2))) ELSE '[]' END
           || CASE WHEN d.profit <= -l.stop_units THEN jsonb_build_array(format('daily stop-loss: %s units lost', round(-d.profit::numeric, 2)))
                   WHEN d.struck + t.wanted_day > l.day_units
                   THEN jsonb_build_array(format('daily cap: %s units struck, %s more advised, at most %s', round(d.struck::numeric, 2), round(t.wanted_day::numeric, 2), round(l.day_units::numeric, 2)))
                   ELSE '[]' END) AS reasons_json
  FROM (SELECT w.*, sum(w.wanted) OVER (PARTITION BY w.race_date) AS wanted_day
          FROM (SELECT c.*, b.struck, greatest(0, c.stake_units - b.struck) AS wanted
                  FROM (SELECT s.*, rank() OVER (PARTITION BY s.race_date, s.race_id, s.model_id ORDER BY s.as_of DESC) AS age
                          FROM modeling.signals s WHERE s.origin = 'live' AND s.race_date IS NOT NULL) c
                  JOIN modeling.models m ON m.model_id = c.model_id AND m.stage = 'production'
                 CROSS JOIN LATERAL (SELECT coalesce(sum(b.stake), 0) AS struck FROM modeling.bets b
                                      WHERE b.race_id = c.race_id AND b.horse_id = c.horse_id) b
                 WHERE c.age = 1 AND c.stake_units > 0
                   -- a race that has a result is over
                   AND NOT EXISTS (SELECT FROM modeling.results r WHERE r.race_id = c.race_id)) w) t
 CROSS JOIN LATERAL (SELECT coalesce(sum(b.pnl), 0) AS profit, coalesce(sum(b.stake), 0) AS struck FROM modeling.bets b WHERE b.race_date = t.race_date) d
 CROSS JOIN (SELECT day_units, stop_units FROM modeling.staking_limits ORDER BY limit_id DESC LIMIT 1) l;

-- What a bot may strike at this moment: before the off, by signals that are not older than a tick and a half.
CREATE OR REPLACE VIEW modeling.bettable_now AS
SELECT * FROM modeling.actionable_signals
 WHERE race_date BETWEEN current_date - 1 AND current_date + 1 AND off > now() AND as_of > now() - interval '15 minutes' AND stake_units > 0;

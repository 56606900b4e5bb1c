DROP VIEW IF EXISTS modeling.bettable_now, modeling.actionable_signals;
DROP INDEX IF EXISTS modeling.signals_day, modeling.bets_day;
ALTER TABLE modeling.signals DROP COLUMN IF EXISTS race_date, DROP COLUMN IF EXISTS off;
DROP TABLE IF EXISTS modeling.staking_limits, modeling.signal_clv, modeling.withdrawals, modeling.bet_settlements;
ALTER TABLE modeling.results DROP COLUMN IF EXISTS place_paid;
ALTER TABLE modeling.bets DROP COLUMN IF EXISTS places, DROP COLUMN IF EXISTS place_fraction, DROP COLUMN IF EXISTS settled_odds,
    DROP COLUMN IF EXISTS source_kind, DROP COLUMN IF EXISTS commission;

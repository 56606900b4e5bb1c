DROP VIEW modeling.signal_outcomes;
DROP TABLE modeling.results;
DROP INDEX modeling.bets_race;
DROP INDEX modeling.bets_ref;
ALTER TABLE modeling.bets
    DROP COLUMN bet_ref, DROP COLUMN race_date, DROP COLUMN clv, DROP COLUMN clv_close_src, DROP COLUMN settled_revision, DROP COLUMN settled_at,
    DROP COLUMN unsettled_reason, DROP COLUMN written_at;

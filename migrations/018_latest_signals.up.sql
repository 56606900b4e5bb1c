-- The latest live signals of each race and model, so that what is actionable can be read without sorting a day's ticks.
-- Triggers keep it, whoever writes the signals: one call a statement, not a row.
CREATE TABLE IF NOT EXISTS modeling.latest_signals (
    race_id   bigint NOT NULL,
    model_id  bigint NOT NULL,
    race_date date NOT NULL,
    as_of     timestamptz NOT NULL,
    PRIMARY KEY (race_id, model_id)
);
CREATE INDEX IF NOT EXISTS latest_signals_day ON modeling.latest_signals (race_date);
-- No signal may be written between the read and the triggers.
LOCK TABLE modeling.signals IN SHARE ROW EXCLUSIVE MODE;
INSERT INTO modeling.latest_signals (race_id, model_id, race_date, as_of)
SELECT DISTINCT ON (race_id, model_id) race_id, model_id, race_date, as_of FROM modeling.signals
 WHERE origin = 'live' AND race_date IS NOT NULL ORDER BY race_id, model_id, as_of DESC
ON CONFLICT (race_id, model_id) DO UPDATE SET race_date = excluded.race_date, as_of = excluded.as_of;

CREATE OR REPLACE FUNCTION modeling.note_latest_signals() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = modeling, pg_temp AS $$
BEGIN
    INSERT INTO modeling.latest_signals AS l (race_id, model_id, race_date, as_of)
    SELECT DISTINCT ON (race_id, model_id) race_id, model_id, race_date, as_of FROM written
     WHERE origin = 'live' AND race_date IS NOT NULL ORDER BY race_id, model_id, as_of DESC
    ON CONFLICT (race_id, model_id) DO UPDATE SET race_date = excluded.race_date, as_of = excluded.as_of
     WHERE excluded.as_of > l.as_of;
    RETURN NULL;
END $$;
-- Falls back to the signals before those that were deleted.
CREATE OR REPLACE FUNCTION modeling.renew_latest_signals() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = modeling, pg_temp AS $$
BEGIN
    WITH stale AS (
        DELETE FROM modeling.latest_signals l
         WHERE (l.race_id, l.model_id, l.as_of) IN (SELECT race_id, model_id, as_of FROM deleted WHERE origin = 'live')
        RETURNING l.race_id, l.model_id)
    INSERT INTO modeling.latest_signals (race_id, model_id, race_date, as_of)
    SELECT DISTINCT ON (s.race_id, s.model_id) s.race_id, s.model_id, s.race_date, s.as_of
      FROM modeling.signals s JOIN stale USING (race_id, model_id)
     WHERE s.origin = 'live' AND s.race_date IS NOT NULL ORDER BY s.race_id, s.model_id, s.as_of DESC;
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION modeling.forget_latest_signals() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = modeling, pg_temp AS $$
BEGIN
    DELETE FROM modeling.latest_signals;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER signals_inserted AFTER INSERT ON modeling.signals
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION modeling.note_latest_signals();
CREATE OR REPLACE TRIGGER signals_updated AFTER UPDATE ON modeling.signals
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION modeling.note_latest_signals();
CREATE OR REPLACE TRIGGER signals_deleted AFTER DELETE ON modeling.signals
    REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION modeling.renew_latest_signals();
CREATE OR REPLACE TRIGGER signals_truncated AFTER TRUNCATE ON modeling.signals
    FOR EACH STATEMENT EXECUTE FUNCTION modeling.forget_latest_signals();

-- As before, but for where the latest signals come from.
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
                  FROM (SELECT s.* FROM modeling.latest_signals n
                          JOIN modeling.signals s ON (s.race_id, s.model_id, s.as_of) = (n.race_id, n.model_id, n.as_of)
                                                 AND s.race_date = n.race_date AND s.origin = 'live') c
                  JOIN modeling.models m ON m.model_id = c.model_id AND m.stage = 'production'
                 CROSS JOIN LATERAL (SELECT coalesce(sum(b.stake), 0) AS struck FROM modeling.bets b
                                      WHERE b.race_id = c.race_id AND b.horse_id = c.horse_id) b
                 WHERE c.stake_units > 0
                   -- a race that has a result is over
                   AND NOT EXISTS (SELECT FROM modeling.results r WHERE r.race_id = c.race_id)) w) t
 CROSS JOIN LATERAL (SELECT coalesce(sum(b.pnl), 0) AS profit, coalesce(sum(b.stake), 0) AS struck FROM modeling.bets b WHERE b.race_date = t.race_date) d
 CROSS JOIN (SELECT day_units, stop_units FROM modeling.staking_limits ORDER BY limit_id DESC LIMIT 1) l;

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
DROP TRIGGER IF EXISTS signals_inserted ON modeling.signals;
DROP TRIGGER IF EXISTS signals_updated ON modeling.signals;
DROP TRIGGER IF EXISTS signals_deleted ON modeling.signals;
DROP TRIGGER IF EXISTS signals_truncated ON modeling.signals;
DROP FUNCTION IF EXISTS modeling.note_latest_signals;
DROP FUNCTION IF EXISTS modeling.renew_latest_signals;
DROP FUNCTION IF EXISTS modeling.forget_latest_signals;
DROP TABLE IF EXISTS modeling.latest_signals;

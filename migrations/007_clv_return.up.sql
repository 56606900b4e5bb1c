-- A price taken at the off is the closing price, so its return over it measures nothing either.
CREATE OR REPLACE VIEW modeling.signal_outcomes AS
SELECT s.signal_id, s.as_of, s.race_id, r.race_date, s.horse_id, s.model_id, s.origin, s.p_win, s.p_model, s.p_market, s.blended,
       s.best_odds_win, s.edge_win, s.stake_units, r.position, r.withdrawn, r.off, r.close_odds, r.close_src,
       r.position = 1 AS won,
       CASE WHEN r.withdrawn OR s.best_odds_win IS NULL THEN NULL
            -- a price taken at the off is the closing price: it measures nothing
            WHEN s.as_of >= r.off THEN NULL
            ELSE ln(s.best_odds_win / r.close_odds) END AS clv,
       CASE WHEN r.withdrawn OR s.as_of >= r.off THEN NULL ELSE s.best_odds_win * r.close_p - 1 END AS clv_return
  FROM modeling.signals s
  JOIN modeling.results r USING (race_id, horse_id);

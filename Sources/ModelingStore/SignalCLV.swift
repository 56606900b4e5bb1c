import Postgres
import Racing
import RacingStore

/// modeling.signal_clv: what the prices of signals were worth at the close, at lead buckets.
public enum SignalCLV {
    /// Makes the rows of these races anew from the signals and results that the tables hold, whichever came first. The caller holds the races
    /// (`BetStore.lock`), so that signals and results which cross each other both count.
    ///
    /// A price is taken from the last signal at or before 60, 10 and 1 minutes before the off, not older than one tick; from the daily run's at 08:00
    /// Europe/Madrid; and from the first that advised a stake. A runner withdrawn since reduces it, by the exchange's factor; where that is not known
    /// there is no CLV.
    public static func refresh(races: [Int64], _ connection: PostgresConnection) async throws {
        guard !races.isEmpty else { return }
        let judged = try await connection.query("SELECT DISTINCT race_id FROM modeling.results WHERE race_id = ANY ($1::bigint[])", [.ints(races)])
        guard !judged.isEmpty else { return }
        let ids = PostgresParameter.ints(try judged.map { try $0.get("race_id", as: Int64.self) })
        try await connection.query("DELETE FROM modeling.signal_clv WHERE race_id = ANY ($1::bigint[])", [ids])
        try await connection.query(
            """
            WITH priced AS (
                SELECT s.race_id, s.horse_id, s.model_id, r.race_date, s.as_of, r.off, s.origin, s.best_odds_src,
                       -- of the field that ran
                       s.p_win / (1 - coalesce(w.gone, 0)) AS p_win, coalesce(s.stake_units, 0) AS stake_units,
                       r.close_odds, r.close_src, r.close_p, r.position,
                       s.best_odds_win * coalesce(w.remains, 1) AS odds
                  FROM modeling.signals s
                  JOIN modeling.results r USING (race_id, horse_id)
                  LEFT JOIN LATERAL (
                       SELECT exp(sum(ln(1 - t.factor)) FILTER (WHERE t.factor >= 0.025)) AS remains, bool_or(t.factor IS NULL) AS is_unknown,
                              sum(p.p_win) AS gone
                         FROM modeling.withdrawals t JOIN modeling.results o USING (race_id, horse_id)
                         LEFT JOIN modeling.signals p ON (p.race_id, p.horse_id, p.model_id, p.as_of) = (t.race_id, t.horse_id, s.model_id, s.as_of)
                        WHERE t.race_id = s.race_id AND o.withdrawn AND t.at > s.as_of) w ON true
                 WHERE s.race_id = ANY ($1::bigint[]) AND s.best_odds_win > 1 AND s.p_win IS NOT NULL
                   AND NOT r.withdrawn AND r.close_odds IS NOT NULL
                   -- a price taken at the off is the closing price: it measures nothing
                   AND s.as_of < r.off
                   AND w.is_unknown IS NOT TRUE AND coalesce(w.gone, 0) < 1
                   -- priced then, gone since, and nobody has said by how much that reduces the others
                   AND NOT EXISTS (SELECT FROM modeling.results g JOIN modeling.signals p ON (p.race_id, p.horse_id, p.model_id, p.as_of) = (g.race_id, g.horse_id, s.model_id, s.as_of)
                                    WHERE g.race_id = s.race_id AND g.withdrawn AND p.best_odds_win IS NOT NULL
                                      AND NOT EXISTS (SELECT FROM modeling.withdrawals t WHERE (t.race_id, t.horse_id) = (g.race_id, g.horse_id)))
                   -- a signal made afterwards does not know the runner any more, but its prices of then did
                   AND NOT EXISTS (
                       SELECT FROM racing.runners u
                        WHERE u.race_id = s.race_id AND u.race_date = r.race_date AND upper(trim(u.pos_raw)) = ANY ($2::text[])
                          AND NOT EXISTS (SELECT FROM modeling.withdrawals t WHERE (t.race_id, t.horse_id) = (u.race_id, u.horse_id))
                          AND \(LateWithdrawals.wasPriced("s.as_of", "r.off")))),
            bucketed AS (
                SELECT p.*, b.bucket FROM priced p CROSS JOIN (VALUES ('60m', interval '60 min', interval '10 min'), ('10m', '10 min', '10 min'), ('1m', '1 min', '1 min'))
                       AS b(bucket, lead, width) WHERE p.as_of <= p.off - b.lead AND p.as_of > p.off - b.lead - b.width
                UNION ALL SELECT p.*, '0800' FROM priced p WHERE (p.as_of AT TIME ZONE 'Europe/Madrid')::time = '08:00'
                UNION ALL SELECT p.*, 'staked' FROM priced p WHERE p.stake_units > 0)
            INSERT INTO modeling.signal_clv (race_id, horse_id, model_id, bucket, race_date, as_of, origin, odds, odds_src, p_win, stake_units, close_odds, close_src,
                                             close_p, clv, clv_return, position)
            SELECT DISTINCT ON (race_id, horse_id, model_id, bucket)
                   race_id, horse_id, model_id, bucket, race_date, as_of, origin, odds, best_odds_src, p_win, stake_units, close_odds, close_src, close_p,
                   ln(odds / close_odds), odds * close_p - 1, position
              FROM bucketed
             ORDER BY race_id, horse_id, model_id, bucket, origin = 'live' DESC, CASE WHEN bucket = 'staked' THEN as_of END, as_of DESC
            """, [ids, .texts(Finish.withdrawnCodes.sorted())])
    }
}

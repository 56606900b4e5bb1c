import Postgres
import Racing
import RacingStore

/// Reads and writes `modeling.signal_clv`: the closing line value of signals at lead buckets.
public enum SignalCLVStore {
    /// Recomputes the rows of these races from the current signals and results.
    ///
    /// The result does not depend on whether signals or results arrived first. The caller must hold the lock of the
    /// races (`BetStore.lock`), so that concurrent signals and results both count.
    ///
    /// The buckets `60m`, `10m` and `1m` take the last signal at or before that lead, not older than one tick; `0800`
    /// takes the daily run at 08:00 Europe/Madrid; `staked` takes the first signal that advised a stake.
    ///
    /// If a runner was withdrawn after the signal, the odds are reduced by the exchange's factor. If the factor is
    /// unknown, the signal has no CLV.
    public static func refresh(races: [Int64], _ connection: PostgresConnection) async throws {
        guard !races.isEmpty else { return }
        let rows = try await connection.query(finishedStatement(races: races))
        guard !rows.isEmpty else { return }
        let racesWithResult = PostgresParameter.ints(try rows.map { try $0.get("race_id", as: Int64.self) })
        try await connection.query(
            "DELETE FROM modeling.signal_clv WHERE race_id = ANY ($1::bigint[])",
            [racesWithResult]
        )
        try await connection.query(insert, [racesWithResult, .texts(Finish.withdrawnCodes.sorted())])
    }

    /// The statement that selects the races with a result.
    static func finishedStatement(races: [Int64]) -> PostgresStatement {
        PostgresStatement(
            "SELECT DISTINCT race_id FROM modeling.results WHERE race_id = ANY ($1::bigint[])",
            [.ints(races)],
            isPrepared: true
        )
    }

    /// Parameters: race ids, and the `pos_raw` codes of withdrawn runners.
    private static let insert = """
        WITH priced AS (\(priced)),
        bucketed AS (\(bucketed))
        INSERT INTO modeling.signal_clv (race_id, horse_id, model_id, bucket, race_date, as_of, origin, odds, odds_src,
                                         p_win, stake_units, close_odds, close_src, close_p, clv, clv_return, position)
        SELECT DISTINCT ON (race_id, horse_id, model_id, bucket)
               race_id, horse_id, model_id, bucket, race_date, as_of, origin, odds, best_odds_src, p_win, stake_units,
               close_odds, close_src, close_p, ln(odds / close_odds), odds * close_p - 1, position
          FROM bucketed
         ORDER BY race_id, horse_id, model_id, bucket, origin = 'live' DESC,
                  CASE WHEN bucket = 'staked' THEN as_of END, as_of DESC
        """

    /// Signals with a price that can be compared with the closing price.
    private static let priced = """
        SELECT s.race_id, s.horse_id, s.model_id, r.race_date, s.as_of, r.off, s.origin, s.best_odds_src,
               -- The probability among the runners that started.
               s.p_win / (1 - coalesce(w.withdrawn_p, 0)) AS p_win, coalesce(s.stake_units, 0) AS stake_units,
               r.close_odds, r.close_src, r.close_p, r.position,
               s.best_odds_win * coalesce(w.price_factor, 1) AS odds
          FROM modeling.signals s
          JOIN modeling.results r USING (race_id, horse_id)
          LEFT JOIN LATERAL (
               SELECT exp(sum(ln(1 - t.factor)) FILTER (WHERE t.factor >= 0.025)) AS price_factor,
                      bool_or(t.factor IS NULL) AS is_unknown, sum(p.p_win) AS withdrawn_p
                 FROM modeling.withdrawals t JOIN modeling.results o USING (race_id, horse_id)
                 LEFT JOIN modeling.signals p
                        ON (p.race_id, p.horse_id, p.model_id, p.as_of) = (t.race_id, t.horse_id, s.model_id, s.as_of)
                WHERE t.race_id = s.race_id AND o.withdrawn AND t.at > s.as_of) w ON true
         WHERE s.race_id = ANY ($1::bigint[]) AND s.best_odds_win > 1 AND s.p_win IS NOT NULL
           AND NOT r.withdrawn AND r.close_odds IS NOT NULL
           -- A price taken at the off is the closing price, so it has no CLV.
           AND s.as_of < r.off
           AND w.is_unknown IS NOT TRUE AND coalesce(w.withdrawn_p, 0) < 1
           -- No runner that this model priced at the time was withdrawn without a reported reduction.
           AND NOT EXISTS (
               SELECT FROM modeling.results g
                 JOIN modeling.signals p
                   ON (p.race_id, p.horse_id, p.model_id, p.as_of) = (g.race_id, g.horse_id, s.model_id, s.as_of)
                WHERE g.race_id = s.race_id AND g.withdrawn AND p.best_odds_win IS NOT NULL
                  AND NOT EXISTS (SELECT FROM modeling.withdrawals t
                                   WHERE (t.race_id, t.horse_id) = (g.race_id, g.horse_id)))
           -- A backfilled signal omits a withdrawn runner, but the prices of that time included it.
           AND NOT EXISTS (
               SELECT FROM racing.runners u
                WHERE u.race_id = s.race_id AND u.race_date = r.race_date
                  AND upper(trim(u.pos_raw)) = ANY ($2::text[])
                  AND NOT EXISTS (SELECT FROM modeling.withdrawals t
                                   WHERE (t.race_id, t.horse_id) = (u.race_id, u.horse_id))
                  AND \(LateWithdrawals.wasPricedSQL(asOf: "s.as_of", off: "r.off")))
        """

    /// The priced signals of each bucket; a bucket may hold several signals of a runner.
    private static let bucketed = """
        SELECT p.*, b.bucket
          FROM priced p
         CROSS JOIN (VALUES ('60m', interval '60 min', interval '10 min'),
                            ('10m', '10 min', '10 min'),
                            ('1m', '1 min', '1 min')) AS b(bucket, lead, width)
         WHERE p.as_of <= p.off - b.lead AND p.as_of > p.off - b.lead - b.width
         UNION ALL
        SELECT p.*, '0800' FROM priced p WHERE (p.as_of AT TIME ZONE 'Europe/Madrid')::time = '08:00'
         UNION ALL
        SELECT p.*, 'staked' FROM priced p WHERE p.stake_units > 0
        """

    /// Reads the rows of a date range, except for races that the model was trained on.
    ///
    /// - Parameter modelID: `nil` means all models.
    public static func read(
        from first: CalendarDay,
        through last: CalendarDay,
        modelID: Int64?,
        _ connection: PostgresConnection
    ) async throws -> [Row] {
        try await connection.query(
            """
            SELECT c.race_id, m.name || ' ' || m.version AS model, c.bucket, c.odds, c.p_win, c.stake_units,
                   c.close_odds, c.close_src, c.clv, c.clv_return
              FROM modeling.signal_clv c JOIN modeling.models m USING (model_id)
             WHERE c.race_date BETWEEN $1 AND $2 AND ($3 = 0 OR c.model_id = $3)
               AND (m.trained_through IS NULL OR c.race_date > m.trained_through)
             ORDER BY c.race_id, c.horse_id, c.model_id, c.bucket
            """,
            [.date(first.postgres), .date(last.postgres), .int(modelID ?? 0)]
        ).map { row in
            Row(
                raceID: try row.get("race_id"),
                model: try row.get("model"),
                bucket: try row.get("bucket"),
                odds: try row.get("odds"),
                probability: try row.get("p_win"),
                stake: try row.get("stake_units"),
                closing: try row.get("close_odds"),
                closingSource: try row.get("close_src"),
                clv: try row.get("clv"),
                clvReturn: try row.find("clv_return")
            )
        }
    }
}

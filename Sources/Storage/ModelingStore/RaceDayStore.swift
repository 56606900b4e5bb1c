import Postgres
import Racing
import RacingStore

/// Reads the progress of a replayed race day.
public enum RaceDayStore {
    /// Reads how much of a day is outstanding.
    ///
    /// - Parameter bets: the number of bets placed. A bet that cannot be settled counts as finished once it has a
    ///   reason.
    public static func readProgress(_ day: CalendarDay, races: [Int64], bets: Int, _ connection: PostgresConnection)
        async throws -> RaceDayProgress
    {
        let row = try await connection.query(
            """
            SELECT (SELECT count(*) FROM modeling.ticks t
                     WHERE t.race_date = $2
                       AND NOT EXISTS (SELECT FROM modeling.signals s
                                        WHERE s.race_id = t.race_id AND s.as_of = t.as_of AND s.origin = 'live')
                   ) AS ticks,
                   (SELECT count(DISTINCT race_id) FROM modeling.results WHERE race_id = ANY ($1::bigint[])) AS results,
                   (SELECT count(*) FROM modeling.bets
                     WHERE race_id = ANY ($1::bigint[]) AND (pnl IS NOT NULL OR unsettled_reason IS NOT NULL)) AS bets
            """,
            [.ints(races), .date(day.postgres)]
        )[0]
        return RaceDayProgress(
            requestsWithoutSignals: try row.get("ticks"),
            racesWithoutResult: try races.count - row.get("results", as: Int.self),
            openBets: try bets - row.get("bets", as: Int.self)
        )
    }
}

import Postgres
import Racing
import RacingStore

/// How much of a day that was played is still under way.
public struct RaceDayProgress: Sendable, Equatable, CustomStringConvertible {
    public let requestsWithoutSignals: Int
    public let racesWithoutResult: Int
    public let openBets: Int

    public var isFinished: Bool { requestsWithoutSignals <= 0 && racesWithoutResult <= 0 && openBets <= 0 }
    public var description: String {
        "\(requestsWithoutSignals) requests without signals, \(racesWithoutResult) races without a result, \(openBets) bets unsettled"
    }

    /// - Parameter bets: how many were placed; one that cannot be settled, and says why, is no longer open.
    public static func read(_ day: CalendarDay, races: [Int64], bets: Int, _ connection: PostgresConnection) async throws -> RaceDayProgress {
        let row = try await connection.query(
            """
            SELECT (SELECT count(*) FROM modeling.ticks t WHERE t.race_date = $2 AND NOT EXISTS (
                           SELECT FROM modeling.signals s WHERE s.race_id = t.race_id AND s.as_of = t.as_of AND s.origin = 'live')) AS ticks,
                   (SELECT count(DISTINCT race_id) FROM modeling.results WHERE race_id = ANY ($1::bigint[])) AS results,
                   (SELECT count(*) FROM modeling.bets WHERE race_id = ANY ($1::bigint[]) AND (pnl IS NOT NULL OR unsettled_reason IS NOT NULL)) AS bets
            """, [.ints(races), .date(day.postgres)])[0]
        return RaceDayProgress(
            requestsWithoutSignals: try row.get("ticks"), racesWithoutResult: try races.count - row.get("results", as: Int.self),
            openBets: try bets - row.get("bets", as: Int.self))
    }
}

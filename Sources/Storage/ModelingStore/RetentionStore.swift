import Postgres
import Racing
import RacingStore

/// Deletes rows that grow with every tick and are no longer needed.
public enum RetentionStore {
    public struct Counts: Sendable, Codable, Equatable {
        public var signals = 0
        public var ticks = 0
        public var expectations = 0

        public init() {}

        public static func + (a: Counts, b: Counts) -> Counts {
            var sum = a
            sum.signals += b.signals
            sum.ticks += b.ticks
            sum.expectations += b.expectations
            return sum
        }
    }

    /// Deletes all rows of races before a day that nothing reads again, one day at a time.
    ///
    /// - Parameters:
    ///   - dryRun: whether to count the rows and delete nothing.
    ///   - onDay: receives each day that is done, and the share of all days.
    public static func prune(
        before cutoff: CalendarDay,
        dryRun: Bool = false,
        _ pool: PostgresPool,
        onDay: (CalendarDay, Double) -> Void = { _, _ in }
    ) async throws -> Counts {
        let days = try await pool.withConnection { try await readDays(before: cutoff, $0) }
        var counts = Counts()
        for (index, day) in days.enumerated() {
            counts = counts + (try await pool.withConnection { try await prune(day, dryRun: dryRun, $0) })
            onDay(day, Double(index + 1) / Double(days.count))
        }
        let start = WallTime.midnight.instant(on: cutoff, in: .gmt)
        let expectations = try await pool.withConnection { connection in
            try await pruneExpectations(before: start, dryRun: dryRun, connection)
        }
        return counts + expectations
    }

    /// The days before `cutoff` that have ticks, in order.
    public static func readDays(before cutoff: CalendarDay, _ connection: PostgresConnection) async throws
        -> [CalendarDay]
    {
        try await connection.query(
            """
            SELECT DISTINCT race_date FROM modeling.ticks WHERE race_date < $1 ORDER BY 1
            """,
            [.date(cutoff.postgres)]
        ).map { CalendarDay(try $0.get("race_date", as: PostgresDate.self)) }
    }

    /// Deletes the live ticks of a day that nothing reads again.
    ///
    /// Whole ticks are kept: the first and the last, those that advise a stake, those with a closing line value, and
    /// those that `evaluate` reads at the usual leads. Races with a bet or a withdrawn runner keep all of their ticks,
    /// because a correction may settle them again by the signals before the bet. So do races without a result.
    private static let supersededTicks = """
        WITH ticks AS (
            SELECT race_id, model_id, as_of, max(off) AS off, bool_or(stake_units > 0) AS is_staked
              FROM modeling.signals WHERE origin = 'live' AND race_date = $1 GROUP BY race_id, model_id, as_of),
        kept AS (
            SELECT race_id, model_id, as_of FROM ticks WHERE is_staked OR off IS NULL
            UNION SELECT race_id, model_id, min(as_of) FROM ticks GROUP BY race_id, model_id
            UNION SELECT race_id, model_id, max(as_of) FROM ticks GROUP BY race_id, model_id
            UNION SELECT race_id, model_id, max(as_of) FROM ticks, unnest('{0,1,10,60,240}'::int[]) AS lead
                   WHERE as_of <= off - make_interval(mins => lead) GROUP BY race_id, model_id, lead
            UNION SELECT race_id, model_id, as_of FROM modeling.signal_clv WHERE race_date = $1),
        gone AS (
            DELETE FROM modeling.signals s
             WHERE s.origin = 'live' AND s.race_date = $1
               AND NOT EXISTS (SELECT FROM kept k
                                WHERE (k.race_id, k.model_id, k.as_of) = (s.race_id, s.model_id, s.as_of))
               AND EXISTS (SELECT FROM modeling.results r WHERE r.race_id = s.race_id)
               AND NOT EXISTS (SELECT FROM modeling.results r WHERE r.race_id = s.race_id AND r.withdrawn)
               AND NOT EXISTS (SELECT FROM modeling.withdrawals w WHERE w.race_id = s.race_id)
               AND NOT EXISTS (SELECT FROM modeling.bets b WHERE b.race_id = s.race_id)
            RETURNING 1)
        SELECT count(*) AS n FROM gone
        """

    /// Deletes what is not needed of one day.
    ///
    /// - Parameter dryRun: whether to count the rows and delete nothing.
    public static func prune(
        _ day: CalendarDay,
        dryRun: Bool,
        _ connection: PostgresConnection
    ) async throws -> Counts {
        try await connection.transaction { connection in
            var counts = Counts()
            counts.signals = try await connection.query(supersededTicks, [.date(day.postgres)])[0].get("n")
            counts.ticks = try await delete(
                "modeling.ticks WHERE race_date = $1",
                [.date(day.postgres)],
                connection
            )
            if dryRun { try await connection.query("ROLLBACK AND CHAIN") }
            return counts
        }
    }

    /// Deletes the expectations without a failure of races scored as of a time before `cutoff`.
    public static func pruneExpectations(
        before cutoff: Instant,
        dryRun: Bool,
        _ connection: PostgresConnection
    ) async throws -> Counts {
        try await connection.transaction { connection in
            var counts = Counts()
            counts.expectations = try await delete(
                "modeling.race_expectations WHERE as_of < $1 AND critical + warnings = 0",
                [.instant(cutoff.postgres)],
                connection
            )
            if dryRun { try await connection.query("ROLLBACK AND CHAIN") }
            return counts
        }
    }

    private static func delete(
        _ rows: String,
        _ parameters: [PostgresParameter],
        _ connection: PostgresConnection
    ) async throws -> Int {
        try await connection.query(
            "WITH gone AS (DELETE FROM \(rows) RETURNING 1) SELECT count(*) AS n FROM gone",
            parameters
        )[0].get("n")
    }
}

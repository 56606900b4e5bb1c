import Postgres
import Racing
import RacingStore

/// Reads and writes `modeling.backfills`: one row per backfill run.
public enum BackfillStore {
    /// Inserts a run and assigns its revision, which is higher than that of every earlier run, so that its signals
    /// replace theirs.
    ///
    /// - Parameters:
    ///   - seconds: the lead before each race's off at which it is priced.
    ///   - races: the number of races requested.
    public static func insert(
        from first: CalendarDay,
        through last: CalendarDay,
        modelID: Int64,
        beforeOff seconds: Double,
        races: Int,
        _ connection: PostgresConnection
    ) async throws -> (id: Int64, revision: Int) {
        let row = try await connection.transaction { connection in
            // Without the lock, two concurrent runs could take the same revision.
            try await connection.query("LOCK TABLE modeling.backfills IN EXCLUSIVE MODE")
            return try await connection.query(
                """
                INSERT INTO modeling.backfills (from_date, to_date, model_id, before_off, revision, races)
                SELECT $1, $2, $3, make_interval(secs => $4), \(nextRevision), $5
                RETURNING backfill_id, revision
                """,
                [.date(first.postgres), .date(last.postgres), .int(modelID), .double(seconds), .int(races)]
            )[0]
        }
        return (try row.get("backfill_id"), try row.get("revision"))
    }

    /// SQL: a revision above those of all backfills and replays. The table `modeling.backfills` must be locked.
    static let nextRevision = """
        (SELECT coalesce(max(revision), 0) + 1
           FROM (SELECT revision FROM modeling.backfills UNION ALL SELECT revision FROM modeling.replays) r)
        """

    /// Reads the revision of the latest run of this window, model and lead.
    ///
    /// - Returns: `nil` if there was none.
    public static func readLatestRevision(
        from first: CalendarDay,
        through last: CalendarDay,
        modelID: Int64,
        beforeOff seconds: Double,
        _ connection: PostgresConnection
    ) async throws -> Int? {
        try await connection.query(
            """
            SELECT max(revision) AS revision FROM modeling.backfills
             WHERE (from_date, to_date, model_id, before_off) = ($1, $2, $3, make_interval(secs => $4))
            """,
            [.date(first.postgres), .date(last.postgres), .int(modelID), .double(seconds)]
        )[0].find("revision")
    }

    /// Reads which of these requests have no signals yet.
    ///
    /// A request is finished if its race has signals of this run's revision, or live ones, which a backfill never
    /// replaces.
    ///
    /// - Returns: the unfinished requests, in the order given.
    public static func readUnfinished(
        _ requests: [(raceID: Int64, asOf: Instant)],
        revision: Int,
        modelID: Int64,
        _ connection: PostgresConnection
    ) async throws -> [(raceID: Int64, asOf: Instant)] {
        try await connection.query(
            """
            SELECT q.race_id, q.as_of
              FROM unnest($1::bigint[], $2::timestamptz[]) WITH ORDINALITY AS q(race_id, as_of, n)
              -- One probe of the index for each request. As an anti join, a table without statistics is scanned once
              -- for each request, and a large one is scanned whole.
              LEFT JOIN LATERAL (SELECT true AS is_found FROM modeling.signals s
                                  WHERE (s.race_id, s.as_of, s.model_id) = (q.race_id, q.as_of, $3)
                                    AND (s.origin = 'live' OR s.revision = $4)
                                  LIMIT 1) f ON true
             WHERE f.is_found IS NULL
             ORDER BY q.n
            """,
            [.ints(requests.map(\.raceID)), .instants(requests.map(\.asOf.postgres)), .int(modelID), .int(revision)]
        ).map { (try $0.get("race_id", as: Int64.self), Instant(try $0.get("as_of", as: PostgresInstant.self))) }
    }
}

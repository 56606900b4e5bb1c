import Postgres
import Racing
import RacingStore

/// modeling.backfills: what was asked for, and how far it is.
public enum BackfillStore {
    /// Enters a run and gives it its revision: higher than that of any run before, so that its rows replace theirs.
    public static func begin(
        from first: CalendarDay, through last: CalendarDay, modelID: Int64, beforeOff seconds: Double, races: Int, _ connection: PostgresConnection
    ) async throws -> (id: Int64, revision: Int) {
        let row = try await connection.transaction { connection in
            // two runs at once would take one revision, and count each other's races
            try await connection.query("LOCK TABLE modeling.backfills IN EXCLUSIVE MODE")
            return try await connection.query(
                """
                INSERT INTO modeling.backfills (from_date, to_date, model_id, before_off, revision, races)
                SELECT $1, $2, $3, make_interval(secs => $4), coalesce(max(revision), 0) + 1, $5 FROM modeling.backfills
                RETURNING backfill_id, revision
                """, [.date(first.postgres), .date(last.postgres), .int(modelID), .double(seconds), .int(races)])[0]
        }
        return (try row.get("backfill_id"), try row.get("revision"))
    }

    /// Those of the requests whose race has no signals yet, of this run or live ones, which a backfill leaves as they are.
    ///
    /// - Parameter requests: the race and `as_of` of each.
    public static func unfinished(
        _ requests: [(raceID: Int64, asOf: Instant)], revision: Int, modelID: Int64, _ connection: PostgresConnection
    ) async throws -> [(raceID: Int64, asOf: Instant)] {
        try await connection.query(
            """
            SELECT q.race_id, q.as_of FROM unnest($1::bigint[], $2::timestamptz[]) WITH ORDINALITY AS q(race_id, as_of, n)
             WHERE NOT EXISTS (SELECT FROM modeling.signals s
                                WHERE (s.race_id, s.as_of, s.model_id) = (q.race_id, q.as_of, $3) AND (s.origin = 'live' OR s.revision = $4))
             ORDER BY q.n
            """, [.ints(requests.map(\.raceID)), .instants(requests.map(\.asOf.postgres)), .int(modelID), .int(revision)]
        ).map { (try $0.get("race_id", as: Int64.self), Instant(try $0.get("as_of", as: PostgresInstant.self))) }
    }
}

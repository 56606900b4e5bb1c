import Messages
import Postgres

extension SignalStore {
    /// Copies rows: straight into the table if it holds nothing of their messages yet, as in most backfills, and
    /// otherwise into a temporary table, from which they are upserted. That takes twice as long.
    ///
    /// - Returns: the effect, and the races that have a result.
    static func copy(_ rows: [Row], _ races: [Int64], _ connection: PostgresConnection) async throws
        -> (Effect, [Int64])
    {
        do {
            return try await connection.transaction { connection in
                let sets = try await connection.pipeline([BetStore.lockStatement(races: races), heldStatement(rows)])
                let held = try Set(sets[1].map(MessageKey.init))
                let new = rows.filter { !held.contains(MessageKey($0)) }
                if !new.isEmpty {
                    try await connection.copyIn("modeling.signals (\(columns))", new) { encode($0, &$1) }
                }
                var effect = try await upsertCopied(rows.filter { held.contains(MessageKey($0)) }, connection)
                effect.inserted += new.count
                return (effect, try await finished(races, connection))
            }
        } catch let error as PostgresError where error.sqlState == uniqueViolation {
            // Somebody who does not take the lock has written some of the rows in the meantime.
            return try await connection.transaction { connection in
                try await BetStore.lock(races: races, connection)
                return (try await upsertCopied(rows, connection), try await finished(races, connection))
            }
        }
    }

    private static let uniqueViolation = "23505"

    /// What the rows of one message have in common.
    private struct MessageKey: Hashable {
        let raceID: Int64
        let asOf: Int64
        let modelID: Int64

        init(_ row: Row) {
            raceID = row.key.raceID
            asOf = row.key.asOf
            modelID = row.key.modelID
        }

        init(_ row: PostgresRow) throws {
            raceID = try row.get("race_id")
            asOf = try row.get("as_of", as: PostgresInstant.self).microseconds
            modelID = try row.get("model_id")
        }
    }

    /// Selects the messages of which the table holds rows. It is one probe of the index for each message: `OFFSET 0`
    /// keeps the planner from joining the whole table.
    private static func heldStatement(_ rows: [Row]) -> PostgresStatement {
        let keys = Array(Set(rows.map(MessageKey.init)))
        return PostgresStatement(
            """
            SELECT DISTINCT q.race_id, q.as_of, q.model_id
              FROM unnest($1::bigint[], $2::timestamptz[], $3::bigint[]) AS q(race_id, as_of, model_id)
             CROSS JOIN LATERAL (SELECT FROM modeling.signals s
                                  WHERE (s.race_id, s.as_of, s.model_id) = (q.race_id, q.as_of, q.model_id) OFFSET 0) s
            """,
            [
                .ints(keys.map(\.raceID)),
                .instants(keys.map { PostgresInstant(microseconds: $0.asOf) }),
                .ints(keys.map(\.modelID)),
            ],
            isPrepared: true
        )
    }

    /// Copies rows into a temporary table and upserts them from there.
    private static func upsertCopied(_ rows: [Row], _ connection: PostgresConnection) async throws -> Effect {
        guard !rows.isEmpty else { return Effect() }
        try await connection.script(
            "CREATE TEMPORARY TABLE IF NOT EXISTS new_signals \(columnTypes) ON COMMIT DELETE ROWS"
        )
        try await connection.copyIn("new_signals (\(columns))", rows) { encode($0, &$1) }
        return try Effect(try await connection.query(upsertRows(of: "new_signals"))[0])
    }

    private static func finished(_ races: [Int64], _ connection: PostgresConnection) async throws -> [Int64] {
        try await connection.pipeline([SignalCLVStore.finishedStatement(races: races)])[0].map { try $0.get("race_id") }
    }
}

extension SignalStore.Effect {
    /// Reads the row that an upsert returns.
    init(_ row: PostgresRow) throws {
        inserted = try row.get("inserted")
        replaced = try row.get("replaced")
        contradictions = try row.get("contradictions")
        example = try row.find("example")
    }
}

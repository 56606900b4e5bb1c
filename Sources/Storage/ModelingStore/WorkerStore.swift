import Postgres

/// Reads and writes `modeling.workers`: the heartbeats of running workers.
public enum WorkerStore {
    /// Seconds without a heartbeat after which a worker counts as dead.
    public static let patience = 20

    /// Records a heartbeat.
    ///
    /// - Parameters:
    ///   - handled: messages handled since the start.
    ///   - dead: messages sent to the dead letter topic since the start.
    public static func upsert(
        instance: String,
        worker: String,
        host: String,
        pid: Int32,
        handled: Double,
        dead: Double,
        _ connection: PostgresConnection
    ) async throws {
        try await connection.query(
            """
            INSERT INTO modeling.workers (instance, worker, host, pid, handled, dead) VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (instance) DO UPDATE SET seen_at = now(), handled = excluded.handled, dead = excluded.dead
            """,
            [.text(instance), .text(worker), .text(host), .int(Int(pid)), .int(Int(handled)), .int(Int(dead))]
        )
    }

    /// Deletes the row of a worker that stops.
    public static func delete(instance: String, _ connection: PostgresConnection) async throws {
        try await connection.query("DELETE FROM modeling.workers WHERE instance = $1", [.text(instance)])
    }

    /// Reads how many workers are alive, by worker name.
    public static func readAlive(_ connection: PostgresConnection) async throws -> [String: Int] {
        var counts: [String: Int] = [:]
        for row in try await connection.query(
            """
            SELECT worker, count(*) AS n FROM modeling.workers
             WHERE seen_at > now() - make_interval(secs => $1) GROUP BY worker
            """,
            [.double(Double(patience))]
        ) {
            counts[try row.get("worker")] = try row.get("n", as: Int.self)
        }
        return counts
    }
}

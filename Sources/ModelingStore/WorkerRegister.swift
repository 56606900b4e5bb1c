import Postgres

/// modeling.workers: which workers run, for `status` and for a backfill that would otherwise wait for nobody.
public enum WorkerRegister {
    /// Seconds after which a worker that says nothing counts as gone.
    public static let patience = 20

    public static func beat(
        instance: String, worker: String, host: String, pid: Int32, handled: Double, dead: Double, _ connection: PostgresConnection
    ) async throws {
        try await connection.query(
            """
            INSERT INTO modeling.workers (instance, worker, host, pid, handled, dead) VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (instance) DO UPDATE SET seen_at = now(), handled = excluded.handled, dead = excluded.dead
            """, [.text(instance), .text(worker), .text(host), .int(Int(pid)), .int(Int(handled)), .int(Int(dead))])
    }

    public static func leave(instance: String, _ connection: PostgresConnection) async throws {
        try await connection.query("DELETE FROM modeling.workers WHERE instance = $1", [.text(instance)])
    }

    /// How many of each worker were heard of lately.
    public static func alive(_ connection: PostgresConnection) async throws -> [String: Int] {
        var counts: [String: Int] = [:]
        for row in try await connection.query(
            "SELECT worker, count(*) AS n FROM modeling.workers WHERE seen_at > now() - make_interval(secs => $1) GROUP BY worker",
            [.double(Double(patience))])
        {
            counts[try row.get("worker")] = try row.get("n", as: Int.self)
        }
        return counts
    }
}

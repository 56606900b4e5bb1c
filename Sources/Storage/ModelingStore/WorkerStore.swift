import CanonicalForm
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
    ///   - problems: why the worker is not ready; empty if it is.
    ///   - figures: gauges by name.
    public static func upsert(
        instance: String,
        worker: String,
        host: String,
        pid: Int32,
        handled: Double,
        dead: Double,
        problems: [String] = [],
        figures: [String: Double] = [:],
        _ connection: PostgresConnection
    ) async throws {
        try await connection.query(
            """
            INSERT INTO modeling.workers (instance, worker, host, pid, handled, dead, ready, problems, figures)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::text::jsonb)
            ON CONFLICT (instance) DO UPDATE SET
                   seen_at = now(), handled = excluded.handled, dead = excluded.dead, ready = excluded.ready,
                   problems = excluded.problems, figures = excluded.figures
            """,
            [
                .text(instance), .text(worker), .text(host), .int(Int(pid)), .int(Int(handled)), .int(Int(dead)),
                .bool(problems.isEmpty), .texts(problems),
                .text(String(decoding: try CanonicalJSON.data(figures), as: UTF8.self)),
            ]
        )
    }

    /// Deletes the row of a worker that stops.
    public static func delete(instance: String, _ connection: PostgresConnection) async throws {
        try await connection.query("DELETE FROM modeling.workers WHERE instance = $1", [.text(instance)])
    }

    /// One running worker, by its last heartbeat.
    public struct Worker: Sendable, Equatable {
        public let worker: String
        public let host: String
        public let pid: Int
        /// Seconds since the heartbeat, by the server's clock.
        public let age: Double
        /// Messages since the start.
        public let handled: Int
        public let dead: Int
        public let problems: [String]
        /// Seconds since 1970; `nil` for a worker without a form book.
        public let formBookChecked: Double?
        /// The number of runs; `nil` for a worker without a form book.
        public let formBookRuns: Int?
    }

    /// Reads the workers that are alive, by name.
    public static func readWorkers(_ connection: PostgresConnection) async throws -> [Worker] {
        try await connection.query(
            """
            SELECT worker, host, pid, handled, dead, array_to_string(problems, E'\\n') AS problems,
                   extract(epoch FROM now() - seen_at)::double precision AS age,
                   (figures ->> 'giddyup_form_book_checked_timestamp_seconds')::double precision AS checked,
                   (figures ->> 'giddyup_form_book_runs')::double precision AS runs
              FROM modeling.workers WHERE seen_at > now() - make_interval(secs => $1) ORDER BY worker, host, pid
            """,
            [.double(Double(patience))]
        ).map { row in
            Worker(
                worker: try row.get("worker"),
                host: try row.get("host"),
                pid: try row.get("pid"),
                age: try row.get("age"),
                handled: try row.get("handled"),
                dead: try row.get("dead"),
                problems: try row.get("problems", as: String.self).split(separator: "\n").map(String.init),
                formBookChecked: try row.find("checked"),
                formBookRuns: try row.find("runs", as: Double.self).map { Int($0) }
            )
        }
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

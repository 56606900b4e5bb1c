import Foundation
import Postgres
import Servers
import Testing

@Suite(.timeLimit(.minutes(20))) struct PostgresLimitsTests {
    private func pool(_ limits: PostgresLimits) async throws -> PostgresPool {
        PostgresPool(try await Servers.stack.databaseURL, limits: limits, limit: 2)
    }

    @Test func `a statement that runs too long is a retriable error`() async throws {
        let pool = try await pool(PostgresLimits(statement: 0.2, lock: 5, idleInTransaction: 5))
        let error = await #expect(throws: PostgresError.self) { try await pool.query("SELECT pg_sleep(60)") }
        #expect(error?.sqlState == "57014" && error?.isRetriable == true)
        #expect(try await pool.query("SELECT 1 AS n")[0].get("n", as: Int.self) == 1)
    }

    @Test func `a lock that another session holds is a retriable error`() async throws {
        let pool = try await pool(PostgresLimits(statement: 30, lock: 0.2, idleInTransaction: 30))
        try await pool.transaction { holder in
            try await holder.query("SELECT pg_advisory_xact_lock(4711)")
            let error = await #expect(throws: PostgresError.self) {
                try await pool.transaction { try await $0.query("SELECT pg_advisory_xact_lock(4711)") }
            }
            #expect(error?.sqlState == "55P03" && error?.isRetriable == true)
        }
    }

    /// As when a process is stopped inside its transaction: its locks must not outlive the limit.
    @Test func `a session that idles in a transaction loses it and its locks`() async throws {
        let pool = try await pool(PostgresLimits(statement: 30, lock: 20, idleInTransaction: 0.2))
        await #expect(throws: PostgresError.self) {
            try await pool.transaction { idle in
                try await idle.query("SELECT pg_advisory_xact_lock(4712)")
                // Waits until the server has ended the idle session: the lock is granted.
                try await pool.transaction { _ = try await $0.query("SELECT pg_advisory_xact_lock(4712)") }
                _ = try await idle.query("SELECT 1")
            }
        }
        #expect(try await pool.query("SELECT 1 AS n")[0].get("n", as: Int.self) == 1, "a new session is opened")
    }

    @Test func `a read-only server costs the session and is worth a retry`() async throws {
        let pool = try await pool(PostgresLimits(statement: 30, lock: 5, idleInTransaction: 5))
        let first = try await pool.query("SELECT pg_backend_pid() AS pid")[0].get("pid", as: Int.self)
        let error = await #expect(throws: PostgresError.self) {
            try await pool.withConnection { connection in
                try await connection.query("SET default_transaction_read_only = on")
                try await connection.query("CREATE TABLE never_created (id int)")
            }
        }
        #expect(error?.sqlState == "25006" && error?.isRetriable == true && error?.costsSession == true)
        #expect(try await pool.query("SELECT pg_backend_pid() AS pid")[0].get("pid", as: Int.self) != first)
    }

    @Test func `cancelling the task cancels its statement on the server`() async throws {
        let pool = try await pool(PostgresLimits(statement: 60, lock: 5, idleInTransaction: 5))
        let marker = Servers.uniqueName("cancelled")
        let task = Task { try await pool.query("SELECT pg_sleep(50) AS \(marker)") }
        let observer = PostgresPool(try await Servers.stack.databaseURL)
        func isRunning() async throws -> Bool {
            try await observer.query(
                "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE state = 'active' AND query LIKE $1"
                    + " AND pid <> pg_backend_pid()) AS running",
                [.text("%pg_sleep(50) AS \(marker)%")]
            )[0].get("running")
        }
        while try await !isRunning() { await Task.yield() }
        task.cancel()
        await #expect(throws: PostgresError.self) { try await task.value }
        let deadline = ContinuousClock.now + .seconds(180)
        while try await isRunning() {
            try #require(ContinuousClock.now < deadline, "the statement is still running on the server")
            await Task.yield()
        }
    }

    /// The first host accepts the connection and never answers, as behind a failed-over address.
    @Test func `each of several hosts has its own time to answer`() async throws {
        let silent = try SilentListener()
        let url = try await Servers.stack.databaseURL
        guard var parts = URLComponents(string: url), let host = parts.host, let port = parts.port else {
            throw SkipReason("DATABASE_URL names no host and port")
        }
        parts.queryItems = [
            URLQueryItem(name: "host", value: "127.0.0.1,\(host)"),
            URLQueryItem(name: "port", value: "\(silent.port),\(port)"),
            URLQueryItem(name: "connect_timeout", value: "10"),
        ]
        parts.host = ""
        parts.port = nil
        let connection = try await PostgresConnection.connect(try #require(parts.string))
        #expect(try await connection.query("SELECT 1 AS n")[0].get("n", as: Int.self) == 1)

        let error = await #expect(throws: PostgresError.self) {
            let hosts = "host=127.0.0.1,127.0.0.1 port=\(silent.port),\(silent.port)"
            return try await PostgresConnection.connect("\(hosts) connect_timeout=1")
        }
        #expect(error?.isRetriable == true)
    }

    private struct SkipReason: Error {
        let reason: String
        init(_ reason: String) { self.reason = reason }
    }
}

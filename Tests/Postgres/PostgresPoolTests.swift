import Postgres
import Servers
import Testing

@Suite(.timeLimit(.minutes(20))) struct PostgresPoolTests {
    @Test func `distinguishes a rejected setup statement from a rejected query`() async throws {
        let url = try await Servers.stack.databaseURL
        let setupError = await #expect(throws: PostgresError.self) {
            try await PostgresPool(url, setup: ["SET ROLE nobody_at_all"]).query("SELECT 1")
        }
        #expect(setupError?.code == .setUp(sqlState: "22023") && setupError?.isRetriable == false)
        let queryError = await #expect(throws: PostgresError.self) {
            try await PostgresPool(url).query("SET ROLE nobody_at_all")
        }
        #expect(queryError?.code == .server(sqlState: "22023"))
    }

    @Test func `leases at most limit connections, each exclusively`() async throws {
        let pool = PostgresPool(try await Servers.stack.databaseURL, limit: 3)
        let state = Locked((active: 0, maxActive: 0, sessions: Set<Int64>()))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<30 {
                group.addTask {
                    try await pool.withConnection { connection in
                        state.withLock { state in
                            state.active += 1
                            state.maxActive = max(state.maxActive, state.active)
                        }
                        let sql = "SELECT pg_backend_pid()::bigint AS pid, pg_sleep(0.002)"
                        let pid = try await connection.query(sql)[0].get("pid", as: Int64.self)
                        state.withLock { state in
                            state.active -= 1
                            state.sessions.insert(pid)
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        let (maxActive, sessions) = state.withLock { ($0.maxActive, $0.sessions.count) }
        #expect(maxActive <= 3)
        #expect(sessions <= 3)
    }

    @Test func `replaces a broken connection`() async throws {
        let pool = PostgresPool(try await Servers.stack.databaseURL, limit: 1)
        let first = try await pool.query("SELECT pg_backend_pid()::bigint AS pid")[0].get("pid", as: Int64.self)
        let other = PostgresPool(try await Servers.stack.databaseURL, limit: 1)
        try await other.query("SELECT pg_terminate_backend($1::int)", [.text(String(first))])
        await #expect(throws: PostgresError.self) { try await pool.query("SELECT 1") }
        let second = try await pool.query("SELECT pg_backend_pid()::bigint AS pid")[0].get("pid", as: Int64.self)
        #expect(second != first)
    }

    @Test func `rejects concurrent use of a connection`() async throws {
        let connection = try await PostgresConnection.connect(Servers.stack.databaseURL)
        let rejections = await withTaskGroup(of: Bool.self, returning: Int.self) { group in
            for _ in 0..<2 {
                group.addTask {
                    do { try await connection.query("SELECT pg_sleep(0.3)") } catch {
                        return (error as? PostgresError)?.code == .misuse
                    }
                    return false
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(rejections == 1)
        #expect(connection.isUsable)
    }
}

import Postgres
import Servers
import Testing

@Suite(.timeLimit(.minutes(20))) struct PreparedStatementTests {
    private func statement(_ sql: String, _ parameters: [PostgresParameter] = []) -> PostgresStatement {
        PostgresStatement(sql, parameters, isPrepared: true)
    }

    private func preparedCount(_ connection: PostgresConnection) async throws -> Int {
        try await connection.query("SELECT count(*) AS n FROM pg_prepared_statements")[0].get("n")
    }

    @Test func `is parsed once, whatever its parameters`() async throws {
        let connection = try await PostgresConnection.connect(Servers.stack.databaseURL)
        let sql = "SELECT $1::bigint + 1 AS n"
        for n in 0..<8 {
            let rows = try await connection.query(statement(sql, [.int(n)]))
            #expect(try rows[0].get("n") == n + 1)
        }
        let sets = try await connection.pipeline([
            statement(sql, [5]), PostgresStatement("SELECT 9 AS n"), statement(sql, [6]), statement("SELECT 8 AS n"),
            statement("SELECT 8 AS n"),
        ])
        #expect(try sets.map { try $0[0].get("n", as: Int.self) } == [6, 9, 7, 8, 8])
        #expect(try await preparedCount(connection) == 2)
    }

    @Test func `a statement that cannot be parsed is parsed again`() async throws {
        let connection = try await PostgresConnection.connect(Servers.stack.databaseURL)
        let select = statement("SELECT n FROM late_table")
        let error = await #expect(throws: PostgresError.self) {
            try await connection.pipeline([PostgresStatement("SELECT 1 AS one"), select, statement("SELECT 2 AS two")])
        }
        #expect(error?.sqlState == "42P01")
        try await connection.script("CREATE TEMPORARY TABLE late_table AS SELECT 3 AS n")
        #expect(try await connection.query(select)[0].get("n") == 3)
        #expect(try await connection.query(statement("SELECT 2 AS two"))[0].get("two") == 2)
    }

    @Test func `a session holds a limited number, those that were used last`() async throws {
        let connection = try await PostgresConnection.connect(Servers.stack.databaseURL)
        for n in 0..<200 {
            let sets = try await connection.pipeline([statement("SELECT -1 AS n"), statement("SELECT \(n) AS n")])
            #expect(try sets.map { try $0[0].get("n", as: Int.self) } == [-1, n])
        }
        #expect(try await preparedCount(connection) == 64)
        // The one that was used all along was parsed once.
        let names = try await connection.query("SELECT name FROM pg_prepared_statements WHERE statement LIKE '%-1%'")
        #expect(try names.map { try $0.get("name", as: String.self) } == ["giddyup_1"])
    }

    /// A migration beside a running worker, and a pooler that discards what a session holds.
    @Test func `a change of its columns or its loss costs one failure`() async throws {
        let connection = try await PostgresConnection.connect(Servers.stack.databaseURL)
        try await connection.script("CREATE TEMPORARY TABLE changing AS SELECT 3::int AS n")
        let select = statement("SELECT n FROM changing")
        #expect(try await connection.query(select)[0].get("n") == 3)
        try await connection.script("ALTER TABLE changing ALTER n TYPE bigint")
        let changed = await #expect(throws: PostgresError.self) { try await connection.query(select) }
        #expect(changed?.sqlState == "0A000")
        #expect(try await connection.query(select)[0].get("n") == 3)
        try await connection.script("DEALLOCATE ALL")
        let lost = await #expect(throws: PostgresError.self) { try await connection.query(select) }
        #expect(lost?.sqlState == "26000")
        #expect(try await connection.query(select)[0].get("n") == 3)
        let several = (0..<4).map { statement("SELECT \($0) AS n") }
        _ = try await connection.pipeline(several)
        try await connection.script("DEALLOCATE ALL")
        await #expect(throws: PostgresError.self) { try await connection.pipeline(several) }
        let sets = try await connection.pipeline(several)
        #expect(try sets.map { try $0[0].get("n", as: Int.self) } == [0, 1, 2, 3])
        #expect(connection.isUsable)
    }
}

import Postgres
import Servers
import Testing

@Suite(.timeLimit(.minutes(20))) struct PostgresConnectionTests {
    @Test func `values of every type round-trip`() async throws {
        let connection = try await PostgresConnection.connect(Servers.stack.databaseURL)
        let row = try await connection.query(
            """
            SELECT $1::bigint AS i, $2::float8 AS d, $3::text AS t, $4::bool AS b, $5::bytea AS y, $6::date AS day,
                   $7::timestamptz AS at, NULL::bigint AS nothing, 7::int2 AS small, 1.5::float4 AS single,
                   '{"a": 1}'::jsonb AS j
            """,
            [
                .int(Int64.min), .double(0.1 + 0.2), "Ärger 落馬 🏇", true, .bytes([0, 255, 10]),
                .date(PostgresDate(daysSince1970: 19_000)),
                .instant(PostgresInstant(microseconds: 1_720_224_000_123_456)),
            ]
        )[0]
        #expect(try row.get("i") == Int64.min)
        #expect(try row.get("d") == 0.1 + 0.2)
        #expect(try row.get("t") == "Ärger 落馬 🏇")
        #expect(try row.get("b") == true)
        #expect(try row.get("y") == [0, 255, 10] as [UInt8])
        #expect(try row.get("day") == PostgresDate(daysSince1970: 19_000))
        #expect(try row.get("at") == PostgresInstant(microseconds: 1_720_224_000_123_456))
        #expect(try row.find("nothing", as: Int.self) == nil)
        #expect(try row.get("small") == 7)
        #expect(try row.get("single") == 1.5)
        #expect(try row.get("j") == #"{"a": 1}"#)
    }

    @Test func `binds arrays that contain NULLs`() async throws {
        let connection = try await PostgresConnection.connect(Servers.stack.databaseURL)
        let rows = try await connection.query(
            "SELECT * FROM unnest($1, $2, $3) AS u(i, d, t)",
            [.ints([1, 2]), .doubles([0.5, nil]), .texts([nil, ""])]
        )
        #expect(rows.count == 2)
        #expect(try rows[1].find("d", as: Double.self) == nil)
        #expect(try rows[0].find("t", as: String.self) == nil)
        #expect(try rows[1].get("t") == "")
        #expect(try await connection.query("SELECT * FROM unnest($1::bigint[]) AS i", [.ints([])]).isEmpty)
    }

    @Test func `a server error carries the SQLSTATE and the query`() async throws {
        let connection = try await PostgresConnection.connect(Servers.stack.databaseURL)
        let error = await #expect(throws: PostgresError.self) {
            try await connection.query("SELECT 1 FROM no_such_table")
        }
        #expect(error?.sqlState == "42P01")
        #expect(error?.isRetriable == false)
        #expect(error?.description.contains("no_such_table") == true)
        #expect(try await connection.query("SELECT 1 AS one")[0].get("one") == 1, "the session stays usable")
    }

    @Test func `an unreachable server is a retriable error`() async throws {
        let error = await #expect(throws: PostgresError.self) {
            try await PostgresConnection.connect("postgresql://nobody@127.0.0.1:1/none")
        }
        #expect(error?.code == .connection)
        #expect(error?.isRetriable == true)
    }

    @Test func `throws if a column is missing, NULL or of another type`() async throws {
        let connection = try await PostgresConnection.connect(Servers.stack.databaseURL)
        let row = try await connection.query("SELECT 'x'::text AS t, NULL::int AS n")[0]
        #expect(throws: PostgresError.self) { try row.get("t", as: Int.self) }
        #expect(throws: PostgresError.self) { try row.get("n", as: Int.self) }
        #expect(throws: PostgresError.self) { try row.get("absent", as: Int.self) }
    }

    @Test func `rolls back a transaction that throws`() async throws {
        struct Stop: Error {}
        try await Servers.withDatabase { url in
            let pool = PostgresPool(url)
            try await pool.query("CREATE TABLE t (i bigint)")
            await #expect(throws: Stop.self) {
                try await pool.transaction { connection in
                    try await connection.query("INSERT INTO t VALUES (1)")
                    throw Stop()
                }
            }
            #expect(try await pool.query("SELECT * FROM t").isEmpty)
            _ = try await pool.transaction { try await $0.query("INSERT INTO t VALUES (2)") }
            #expect(try await pool.query("SELECT i FROM t")[0].get("i") == 2)
        }
    }

    @Test func `a pipeline returns rows in order and rolls back as one`() async throws {
        try await Servers.withDatabase { url in
            let connection = try await PostgresConnection.connect(url)
            try await connection.script("CREATE TABLE t (i bigint PRIMARY KEY); INSERT INTO t VALUES (0);")
            let sets = try await connection.pipeline(
                (1...100).map { PostgresStatement("INSERT INTO t VALUES ($1) RETURNING i", [.int($0)]) }
            )
            let returned = try sets.map { try $0[0].get("i", as: Int.self) }
            #expect(returned == Array(1...100))
            await #expect(throws: PostgresError.self) {
                try await connection.pipeline([
                    PostgresStatement("INSERT INTO t VALUES (500)"), PostgresStatement("INSERT INTO t VALUES (1)"),
                    PostgresStatement("INSERT INTO t VALUES (501)"),
                ])
            }
            #expect(try await connection.query("SELECT count(*) AS n FROM t")[0].get("n") == 101)
        }
    }

    @Test func `a transaction that ignores a failed statement throws`() async throws {
        try await Servers.withDatabase { url in
            let pool = PostgresPool(url)
            try await pool.query("CREATE TABLE t (i bigint PRIMARY KEY)")
            await #expect(throws: PostgresError.self) {
                try await pool.transaction { connection in
                    try await connection.query("INSERT INTO t VALUES (1)")
                    _ = try? await connection.query("INSERT INTO t VALUES (1)")
                }
            }
            #expect(try await pool.query("SELECT * FROM t").isEmpty)
        }
    }

    /// Without the timeout for a host that is gone: on a busy machine the client may read so slowly that its own data
    /// wait for longer. The test is about both sides blocking each other.
    @Test func `completes a pipeline larger than the socket buffers`() async throws {
        let url = try await Servers.stack.databaseURL
        let connection = try await PostgresConnection.connect(
            url + (url.contains("?") ? "&" : "?") + "tcp_user_timeout=0"
        )
        let sets = try await connection.pipeline(
            (0..<8_000).map { PostgresStatement("SELECT repeat('x', 3000) AS t, $1::bigint AS i", [.int($0)]) }
        )
        #expect(sets.count == 8_000)
        #expect(try sets[7_999][0].get("i", as: Int.self) == 7_999)
    }

    @Test func `reads infinity as the largest value`() async throws {
        let connection = try await PostgresConnection.connect(Servers.stack.databaseURL)
        let row = try await connection.query("SELECT 'infinity'::timestamptz AS at, 'infinity'::date AS day")[0]
        #expect(try row.get("at", as: PostgresInstant.self).microseconds == .max)
        #expect(try row.get("day", as: PostgresDate.self).daysSince1970 == .max)
    }

    @Test func `rejects COPY as a query`() async throws {
        let connection = try await PostgresConnection.connect(Servers.stack.databaseURL)
        let error = await #expect(throws: PostgresError.self) {
            try await connection.query("COPY (SELECT 1) TO STDOUT")
        }
        #expect(error?.code == .misuse)
        #expect(!connection.isUsable)
    }

    /// Without the timeout, the test would never end.
    @Test(.timeLimit(.minutes(5))) func `connecting to a server that never answers times out`() async throws {
        let listener = try SilentListener()
        let server = "postgresql://x@127.0.0.1:\(listener.port)/x"
        for url in [server, server + "?connect_timeout=1"] {
            let error = await #expect(throws: PostgresError.self) { try await PostgresConnection.connect(url) }
            #expect(error?.isRetriable == true)
        }
    }

    @Test func `cancelling the task ends its wait for the query`() async throws {
        let connection = try await PostgresConnection.connect(Servers.stack.databaseURL)
        let task = Task { try await connection.query("SELECT pg_sleep(60)") }
        task.cancel()
        let error = await #expect(throws: PostgresError.self) { try await task.value }
        #expect(error?.code == .cancelled)
        #expect(!connection.isUsable, "a session with an outstanding result cannot be reused")
    }
}

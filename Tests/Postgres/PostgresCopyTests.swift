import Postgres
import Servers
import Testing

@Suite(.timeLimit(.minutes(20))) struct PostgresCopyTests {
    private let table = "CREATE TABLE t (i bigint, n int, d float8, s text, day date, at timestamptz, j jsonb, b bool)"

    @Test func `copies rows in and out in binary`() async throws {
        try await Servers.withDatabase { url in
            let connection = try await PostgresConnection.connect(url)
            try await connection.script(table)
            let count = try await connection.copyIn("t (i, n, d, s, day, at, j, b)", 0..<20_000) { i, row in
                row.int8(Int64(i))
                row.int4(i % 2 == 0 ? nil : Int32(i))
                row.float8(Double(i) / 3)
                row.text(i % 5 == 0 ? nil : "名\(i)")
                row.date(PostgresDate(daysSince1970: Int32(i)))
                row.timestamptz(PostgresInstant(microseconds: Int64(i)))
                row.jsonb("{\"i\": \(i)}")
                row.bool(i % 3 == 0)
            }
            #expect(count == 20_000)
            var rowCount = 0
            try await connection.copyOut("SELECT i, n, d, s, day, at, b FROM t ORDER BY i") { row in
                let i = rowCount
                rowCount += 1
                let int8 = try row.int8()
                #expect(int8 == Int64(i))
                let int4 = try row.int4()
                #expect(int4 == (i % 2 == 0 ? nil : Int32(i)))
                let float8 = try row.float8()
                #expect(float8 == Double(i) / 3)
                let text = try row.text()
                #expect(text == (i % 5 == 0 ? nil : "名\(i)"))
                let date = try row.date()
                #expect(date == PostgresDate(daysSince1970: Int32(i)))
                let timestamptz = try row.timestamptz()
                #expect(timestamptz == PostgresInstant(microseconds: Int64(i)))
                let bool = try row.bool()
                #expect(bool == (i % 3 == 0))
            }
            #expect(rowCount == 20_000)
            #expect(try await connection.query("SELECT j->>'i' AS i FROM t WHERE i = 19999")[0].get("i") == "19999")
        }
    }

    /// Two fields: an integer of four bytes, and a text of three.
    private let row: [UInt8] = [0, 2, 0, 0, 0, 4, 0, 0, 0, 7, 0, 0, 0, 3, 0x61, 0x62, 0x63]

    private func decode(_ bytes: [UInt8]) throws -> (number: Int32?, text: String?) {
        try bytes.withUnsafeBytes { buffer in
            var decoder = CopyRowDecoder(buffer, skipping: 0, query: "COPY")
            guard try decoder.beginRow() else { return (nil, nil) }
            return (try decoder.int4(), try decoder.text())
        }
    }

    @Test func `refuses a row that ends within a field`() throws {
        #expect(try decode(row) == (7, "abc"))
        for length in 2..<row.count {
            #expect(throws: PostgresError.self, "\(length) bytes") { try decode(Array(row.prefix(length))) }
        }
        var endless = row
        endless[10] = 0x7F
        #expect(throws: PostgresError.self) { try decode(endless) }
    }

    /// The type OIDs are those of pg_type.dat.
    @Test func `refuses a field whose size does not fit its type`() {
        for length in 0...9 {
            [UInt8](repeating: 1, count: length).withUnsafeBytes { bytes in
                #expect((Int64.decode(bytes, type: 20) == nil) == (length != 8))
                #expect((Int.decode(bytes, type: 23) == nil) == (length != 4))
                #expect((Double.decode(bytes, type: 701) == nil) == (length != 8))
                #expect((Bool.decode(bytes, type: 16) == nil) == (length != 1))
                #expect((PostgresDate.decode(bytes, type: 1082) == nil) == (length != 4))
                #expect((PostgresInstant.decode(bytes, type: 1184) == nil) == (length != 8))
            }
        }
    }

    @Test func `an error in the callback inserts no rows and keeps the session usable`() async throws {
        struct Stop: Error {}
        try await Servers.withDatabase { url in
            let connection = try await PostgresConnection.connect(url)
            try await connection.script("CREATE TABLE t (i bigint)")
            await #expect(throws: Stop.self) {
                try await connection.copyIn("t (i)", 0..<50_000) { i, row in
                    if i == 40_000 { throw Stop() }
                    row.int8(Int64(i))
                }
            }
            #expect(try await connection.query("SELECT * FROM t").isEmpty)
            try await connection.script("INSERT INTO t SELECT generate_series(1, 1000)")
            await #expect(throws: Stop.self) { try await connection.copyOut("SELECT i FROM t") { _ in throw Stop() } }
            #expect(connection.isUsable)
        }
    }

    @Test func `throws the server's error`() async throws {
        try await Servers.withDatabase { url in
            let connection = try await PostgresConnection.connect(url)
            try await connection.script("CREATE TABLE t (i bigint CHECK (i < 10))")
            let error = await #expect(throws: PostgresError.self) {
                try await connection.copyIn("t (i)", 0..<20) { i, row in row.int8(Int64(i)) }
            }
            #expect(error?.sqlState == "23514")
            let copyInError = await #expect(throws: PostgresError.self) {
                try await connection.copyIn("nowhere (i)", 0..<1) { _, row in row.int8(1) }
            }
            #expect(copyInError?.sqlState == "42P01")
            let copyOutError = await #expect(throws: PostgresError.self) {
                try await connection.copyOut("SELECT * FROM nowhere") { _ in }
            }
            #expect(copyOutError?.sqlState == "42P01")
            #expect(connection.isUsable)
        }
    }

    @Test func `copies out no rows`() async throws {
        let connection = try await PostgresConnection.connect(Servers.stack.databaseURL)
        var count = 0
        try await connection.copyOut("SELECT 1::bigint WHERE false") { _ in count += 1 }
        #expect(count == 0)
    }
}

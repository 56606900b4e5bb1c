import CLibpq

/// The rows that a statement returned, held in libpq's own memory until the last reference goes.
///
/// `@unchecked Sendable`: a `PGresult` is never written to after libpq hands it over, and every access here is a read.
public final class PostgresRows: @unchecked Sendable, RandomAccessCollection {
    private let result: OpaquePointer
    private let columns: [String: Int32]
    let query: String

    init(result: OpaquePointer, query: String) {
        self.result = result
        self.query = query
        var columns: [String: Int32] = [:]
        for column in 0..<PQnfields(result) { columns[String(cString: PQfname(result, column))] = column }
        self.columns = columns
    }

    deinit { PQclear(result) }

    public var startIndex: Int { 0 }
    public var endIndex: Int { Int(PQntuples(result)) }
    public subscript(position: Int) -> PostgresRow { PostgresRow(rows: self, index: Int32(position)) }

    /// How many rows an INSERT, UPDATE, DELETE, MERGE or COPY touched; for SELECT, how many it returned.
    public var affected: Int { Int(String(cString: PQcmdTuples(result))) ?? 0 }

    func column(_ name: String) throws(PostgresError) -> Int32 {
        guard let column = columns[name] else { throw PostgresError(.decoding, "there is no column \"\(name)\"", query: query) }
        return column
    }

    func decode<T: PostgresDecodable>(_ type: T.Type, row: Int32, column: Int32) throws(PostgresError) -> T? {
        guard PQgetisnull(result, row, column) == 0 else { return nil }
        let bytes = UnsafeRawBufferPointer(start: PQgetvalue(result, row, column), count: Int(PQgetlength(result, row, column)))
        guard let value = T.decode(bytes, type: PQftype(result, column)) else {
            let name = String(cString: PQfname(result, column))
            throw PostgresError(.decoding, "column \"\(name)\" (type \(PQftype(result, column))) cannot be read as \(T.self)", query: query)
        }
        return value
    }
}

/// One row; its columns are read by name.
public struct PostgresRow: Sendable {
    let rows: PostgresRows
    let index: Int32

    /// - Throws: `PostgresError` with `.decoding` where the column is absent, NULL, or of another type.
    public func get<T: PostgresDecodable>(_ column: String, as type: T.Type = T.self) throws(PostgresError) -> T {
        guard let value = try rows.decode(T.self, row: index, column: rows.column(column)) else {
            throw PostgresError(.decoding, "column \"\(column)\" is NULL", query: rows.query)
        }
        return value
    }

    /// As `get`, with NULL as nil.
    public func find<T: PostgresDecodable>(_ column: String, as type: T.Type = T.self) throws(PostgresError) -> T? {
        try rows.decode(T.self, row: index, column: rows.column(column))
    }
}

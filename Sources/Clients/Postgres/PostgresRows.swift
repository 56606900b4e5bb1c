import CLibpq

/// The rows that a statement returned. They stay in libpq's memory; `deinit` frees them.
///
/// `@unchecked Sendable`: libpq does not modify a `PGresult` after returning it, and this class only reads it.
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

    /// The number of rows that an INSERT, UPDATE, DELETE, MERGE or COPY affected, or that a SELECT returned.
    public var affected: Int { Int(String(cString: PQcmdTuples(result))) ?? 0 }

    func column(_ name: String) throws(PostgresError) -> Int32 {
        guard let column = columns[name] else {
            throw PostgresError(.decoding, "the result has no column \"\(name)\"", query: query)
        }
        return column
    }

    func decode<T: PostgresDecodable>(_ type: T.Type, row: Int32, column: Int32) throws(PostgresError) -> T? {
        guard PQgetisnull(result, row, column) == 0 else { return nil }
        let bytes = UnsafeRawBufferPointer(
            start: PQgetvalue(result, row, column),
            count: Int(PQgetlength(result, row, column))
        )
        guard let value = T.decode(bytes, type: PQftype(result, column)) else {
            let name = String(cString: PQfname(result, column))
            throw PostgresError(
                .decoding,
                "cannot decode column \"\(name)\" (type OID \(PQftype(result, column))) as \(T.self)",
                query: query
            )
        }
        return value
    }
}

/// One row of a result. Columns are read by name.
public struct PostgresRow: Sendable {
    let rows: PostgresRows
    let index: Int32

    /// Reads a column that must not be NULL.
    ///
    /// - Throws: `PostgresError` with code `.decoding` if the column is missing, NULL, or of another type.
    public func get<T: PostgresDecodable>(_ column: String, as type: T.Type = T.self) throws(PostgresError) -> T {
        guard let value = try rows.decode(T.self, row: index, column: rows.column(column)) else {
            throw PostgresError(.decoding, "column \"\(column)\" is NULL", query: rows.query)
        }
        return value
    }

    /// Reads a column; `nil` if it is NULL.
    ///
    /// - Throws: `PostgresError` with code `.decoding` if the column is missing or of another type.
    public func find<T: PostgresDecodable>(_ column: String, as type: T.Type = T.self) throws(PostgresError) -> T? {
        try rows.decode(T.self, row: index, column: rows.column(column))
    }
}

import CLibpq

/// The binary COPY header: 11 bytes of signature, then the flags and the length of the header extension, both 0
/// (PostgreSQL manual, COPY, "Binary Format").
private let copyHeader: [UInt8] = [
    0x50, 0x47, 0x43, 0x4F, 0x50, 0x59, 0x0A, 0xFF, 0x0D, 0x0A, 0x00, 0, 0, 0, 0, 0, 0, 0, 0,
]

extension PostgresConnection {
    /// Inserts rows with `COPY ... FROM STDIN (FORMAT binary)`.
    ///
    /// - Parameters:
    ///   - target: a table and its columns, such as `schema.table (id, name)`.
    ///   - elements: one per row.
    ///   - encode: writes one field per column, in the order of `target`.
    /// - Returns: the number of rows inserted.
    /// - Throws: what `encode` throws, or `PostgresError` if the server rejects the rows. No row is inserted then.
    @discardableResult
    public func copyIn<S: Sequence>(
        _ target: String,
        _ elements: S,
        _ encode: (S.Element, inout CopyRowEncoder) throws -> Void
    ) async throws -> Int {
        let sql = "COPY \(target) FROM STDIN (FORMAT binary)"
        try begin()
        defer { end() }
        guard PQsendQuery(pointer, sql) == 1 else { throw failure(sql) }
        try await expect(PGRES_COPY_IN, sql)
        var encoder = CopyRowEncoder(bytes: copyHeader)
        do {
            for element in elements {
                try encoder.row { encoder throws in try encode(element, &encoder) }
                if encoder.bytes.count > 1 << 16 {
                    try await put(encoder.bytes, sql)
                    encoder.bytes.removeAll(keepingCapacity: true)
                }
            }
        } catch {
            // A COPY that ends with an error message discards the rows already sent.
            _ = PQputCopyEnd(pointer, "canceled by the client")
            try? await drain(sql)
            throw error
        }
        encoder.bytes.appendBigEndian(Int16(-1))
        try await put(encoder.bytes, sql)
        while PQputCopyEnd(pointer, nil) == 0 { try await flush(sql) }
        return try await rows(of: sql).affected
    }

    /// Reads rows with `COPY (query) TO STDOUT (FORMAT binary)`.
    ///
    /// - Parameters:
    ///   - query: a SELECT without parameters.
    ///   - row: called for each row, with a decoder over its fields; must read all of them.
    /// - Throws: the first error that `row` throws, or `PostgresError` if the server rejects the query.
    public func copyOut(_ query: String, _ row: (inout CopyRowDecoder) throws -> Void) async throws {
        let sql = "COPY (\(query)) TO STDOUT (FORMAT binary)"
        try begin()
        defer { end() }
        guard PQsendQuery(pointer, sql) == 1 else { throw failure(sql) }
        try await expect(PGRES_COPY_OUT, sql)
        var isFirstMessage = true
        var rowError: (any Error)?
        reading: while true {
            var buffer: UnsafeMutablePointer<CChar>?
            let count = PQgetCopyData(pointer, &buffer, 1)
            switch count {
            case 0:
                try await waitForServer(.read)
                guard PQconsumeInput(pointer) == 1 else { throw failure(sql) }
            case -1: break reading
            case -2: throw failure(sql)
            default:
                defer { PQfreemem(buffer) }
                guard rowError == nil else { continue }
                var decoder = CopyRowDecoder(
                    UnsafeRawBufferPointer(start: buffer, count: Int(count)),
                    skipping: isFirstMessage ? copyHeader.count : 0,
                    query: sql
                )
                isFirstMessage = false
                // After an error the rest of the stream is read and dropped, so that the session stays usable.
                do {
                    while try decoder.beginRow() { try row(&decoder) }
                } catch { rowError = error }
            }
        }
        do { try await drain(sql) } catch { throw rowError ?? error }
        if let rowError { throw rowError }
    }

    /// Reads one result and throws unless it has this status.
    private func expect(_ status: ExecStatusType, _ sql: String) async throws(PostgresError) {
        guard let result = try await nextResult(sql) else { throw failure(sql) }
        defer { PQclear(result) }
        if PQresultStatus(result) == status { return }
        let error =
            Self.error(in: result, query: sql)
            ?? PostgresError(.misuse, "the statement is not a COPY", query: sql)
        try? await drain(sql)
        throw error
    }

    private func put(_ bytes: [UInt8], _ sql: String) async throws(PostgresError) {
        while true {
            let put = bytes.withUnsafeBytes {
                PQputCopyData(pointer, $0.bindMemory(to: CChar.self).baseAddress, Int32($0.count))
            }
            if put == 1 { break }
            guard put == 0 else { throw failure(sql) }
            try await flush(sql)
        }
        try await flush(sql)
    }
}

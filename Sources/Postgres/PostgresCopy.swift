import CLibpq

/// Eleven bytes of signature, the flags and the length of the header's extension (PostgreSQL manual, COPY, "Binary Format").
private let signature: [UInt8] = [0x50, 0x47, 0x43, 0x4F, 0x50, 0x59, 0x0A, 0xFF, 0x0D, 0x0A, 0x00, 0, 0, 0, 0, 0, 0, 0, 0]

extension PostgresConnection {
    /// `COPY ... FROM STDIN (FORMAT binary)`: one row per element, written by `encode` in the order of the columns.
    ///
    /// - Parameter target: a table and its columns, as in `modeling.bets (bet_id, odds)`.
    /// - Returns: how many rows the server took.
    /// - Throws: what `encode` throws, or the server's refusal; no row is kept then.
    @discardableResult
    public func copyIn<S: Sequence>(_ target: String, _ elements: S, _ encode: (S.Element, inout CopyRowEncoder) throws -> Void) async throws -> Int {
        let sql = "COPY \(target) FROM STDIN (FORMAT binary)"
        try begin()
        defer { end() }
        guard PQsendQuery(pointer, sql) == 1 else { throw failure(sql) }
        try await expect(PGRES_COPY_IN, sql)
        var encoder = CopyRowEncoder(bytes: signature)
        do {
            for element in elements {
                try encoder.row { encoder throws in try encode(element, &encoder) }
                if encoder.bytes.count > 1 << 16 {
                    try await put(encoder.bytes, sql)
                    encoder.bytes.removeAll(keepingCapacity: true)
                }
            }
        } catch {
            // the server discards the rows already sent
            _ = PQputCopyEnd(pointer, "abandoned by the client")
            try? await drain(sql)
            throw error
        }
        encoder.bytes.appendBigEndian(Int16(-1))
        try await put(encoder.bytes, sql)
        while PQputCopyEnd(pointer, nil) == 0 { try await flush(sql) }
        return try await rows(of: sql).affected
    }

    /// `COPY (query) TO STDOUT (FORMAT binary)`: calls `row` for each row, with a reader over its fields in order.
    public func copyOut(_ query: String, _ row: (inout CopyRowDecoder) throws -> Void) async throws {
        let sql = "COPY (\(query)) TO STDOUT (FORMAT binary)"
        try begin()
        defer { end() }
        guard PQsendQuery(pointer, sql) == 1 else { throw failure(sql) }
        try await expect(PGRES_COPY_OUT, sql)
        var isFirst = true
        var thrown: (any Error)?
        reading: while true {
            var buffer: UnsafeMutablePointer<CChar>?
            let count = PQgetCopyData(pointer, &buffer, 1)
            switch count {
            case 0:
                try await SocketReadiness.wait(PQsocket(pointer), for: .read)
                guard PQconsumeInput(pointer) == 1 else { throw failure(sql) }
            case -1: break reading
            case -2: throw failure(sql)
            default:
                defer { PQfreemem(buffer) }
                guard thrown == nil else { continue }
                var decoder = CopyRowDecoder(
                    UnsafeRawBufferPointer(start: buffer, count: Int(count)), skipping: isFirst ? signature.count : 0, query: sql)
                isFirst = false
                // the server ends with a row of -1 fields; an error of the caller waits until the stream is read, so the session stays usable
                do {
                    while try decoder.beginRow() { try row(&decoder) }
                } catch { thrown = error }
            }
        }
        do { try await drain(sql) } catch { throw thrown ?? error }
        if let thrown { throw thrown }
    }

    private func expect(_ status: ExecStatusType, _ sql: String) async throws(PostgresError) {
        guard let result = try await nextResult(sql) else { throw failure(sql) }
        defer { PQclear(result) }
        if PQresultStatus(result) == status { return }
        let error = Self.error(in: result, query: sql) ?? PostgresError(.misuse, "not a COPY", query: sql)
        try? await drain(sql)
        throw error
    }

    private func put(_ bytes: [UInt8], _ sql: String) async throws(PostgresError) {
        while true {
            let put = bytes.withUnsafeBytes { PQputCopyData(pointer, $0.bindMemory(to: CChar.self).baseAddress, Int32($0.count)) }
            if put == 1 { break }
            guard put == 0 else { throw failure(sql) }
            try await flush(sql)
        }
        try await flush(sql)
    }
}

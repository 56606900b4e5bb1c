import CLibpq

/// A statement and its parameters, for `PostgresConnection.pipeline`.
public struct PostgresStatement: Sendable {
    public let sql: String
    public let parameters: [PostgresParameter]
    /// Whether the session parses the statement only once, and after five executions may also keep its plan
    /// (PostgreSQL manual, PREPARE). For statements of a fixed text that run often and on few rows.
    public let isPrepared: Bool

    public init(_ sql: String, _ parameters: [PostgresParameter] = [], isPrepared: Bool = false) {
        self.sql = sql
        self.parameters = parameters
        self.isPrepared = isPrepared
    }
}

extension PostgresConnection {
    /// Runs one statement.
    ///
    /// - Throws: `PostgresError` if the server rejects the statement or the connection breaks.
    @discardableResult
    public func query(_ statement: PostgresStatement) async throws(PostgresError) -> PostgresRows {
        guard statement.isPrepared else { return try await query(statement.sql, statement.parameters) }
        return try await pipeline([statement])[0]
    }

    /// Runs all statements in one round trip and one implicit transaction (libpq's pipeline mode).
    ///
    /// - Returns: one set of rows per statement, in order.
    /// - Throws: the error of the first statement that failed. No statement takes effect then.
    public func pipeline(_ statements: [PostgresStatement]) async throws(PostgresError) -> [PostgresRows] {
        try begin()
        defer { end() }
        guard PQenterPipelineMode(pointer) == 1 else { throw failure() }
        var sets: [PostgresRows] = []
        var firstError: PostgresError?
        var sent: [(statement: PostgresStatement, purpose: Purpose)] = []
        if takeForgottenPrepared() {
            try send(Self.deallocateAll.sql, [])
            sent.append((Self.deallocateAll, .deallocate))
        }
        for statement in statements {
            if statement.isPrepared, let (name, replaced) = namePrepared(statement.sql) {
                if let replaced {
                    try send("DEALLOCATE \(replaced)", [])
                    sent.append((statement, .deallocate))
                }
                try sendParse(statement, as: name)
                sent.append((statement, .parse))
            }
            try sendExecute(statement)
            sent.append((statement, .execute))
        }
        guard PQpipelineSync(pointer) == 1 else { throw failure() }
        for (statement, purpose) in sent {
            // Each statement yields one result, then NULL.
            while let result = try await nextResult(statement.sql) {
                try Self.refuseCopy(result, statement.sql)
                let error = Self.error(in: result, query: statement.sql)
                firstError = firstError ?? error
                if error != nil, purpose == .parse { forgetPrepared(statement) }
                if error != nil, purpose == .deallocate { forgetAllPrepared() }
                if let error, statement.isPrepared, error.mayBeCuredByParsing { forgetAllPrepared() }
                if purpose == .execute {
                    sets.append(PostgresRows(result: result, query: statement.sql))
                } else {
                    PQclear(result)
                }
            }
        }
        guard let sync = try await nextResult("sync") else { throw failure() }
        PQclear(sync)
        guard PQexitPipelineMode(pointer) == 1 else { throw failure() }
        if let firstError { throw noting(firstError) }
        return sets
    }

    private static let deallocateAll = PostgresStatement("DEALLOCATE ALL")

    /// Why something was sent.
    private enum Purpose { case deallocate, parse, execute }

    /// Queues the parsing of a statement that the session does not hold yet.
    private func sendParse(_ statement: PostgresStatement, as name: String) throws(PostgresError) {
        let types = statement.parameters.map { Oid($0.type) }
        guard PQsendPrepare(pointer, name, statement.sql, Int32(types.count), types) == 1 else {
            throw failure(statement.sql)
        }
    }

    private func sendExecute(_ statement: PostgresStatement) throws(PostgresError) {
        guard statement.isPrepared, let name = preparedName(statement.sql) else {
            return try send(statement.sql, statement.parameters)
        }
        let parameters = statement.parameters
        let formats = parameters.map { Int32($0.isBinary ? 1 : 0) }
        let lengths = parameters.map { Int32($0.bytes?.count ?? 0) }
        let sent = withBytes(parameters.map(\.bytes)) { values in
            PQsendQueryPrepared(pointer, name, Int32(parameters.count), values, lengths, formats, 1)
        }
        guard sent == 1 else { throw failure(statement.sql) }
    }
}

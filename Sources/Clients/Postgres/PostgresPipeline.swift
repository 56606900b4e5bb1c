import CLibpq

/// A statement and its parameters, for `PostgresConnection.pipeline`.
public struct PostgresStatement: Sendable {
    public let sql: String
    public let parameters: [PostgresParameter]

    public init(_ sql: String, _ parameters: [PostgresParameter] = []) {
        self.sql = sql
        self.parameters = parameters
    }
}

extension PostgresConnection {
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
        for statement in statements { try send(statement.sql, statement.parameters) }
        guard PQpipelineSync(pointer) == 1 else { throw failure() }
        for statement in statements {
            // Each statement yields one result, then NULL.
            while let result = try await nextResult(statement.sql) {
                try Self.refuseCopy(result, statement.sql)
                firstError = firstError ?? Self.error(in: result, query: statement.sql)
                sets.append(PostgresRows(result: result, query: statement.sql))
            }
        }
        guard let sync = try await nextResult("sync") else { throw failure() }
        PQclear(sync)
        guard PQexitPipelineMode(pointer) == 1 else { throw failure() }
        if let firstError { throw firstError }
        return sets
    }
}

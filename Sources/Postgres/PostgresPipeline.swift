import CLibpq

/// A statement with its parameters, to be sent among others.
public struct PostgresStatement: Sendable {
    public let sql: String
    public let parameters: [PostgresParameter]

    public init(_ sql: String, _ parameters: [PostgresParameter] = []) {
        self.sql = sql
        self.parameters = parameters
    }
}

extension PostgresConnection {
    /// Sends all statements in one go and reads all answers: one round trip, and one implicit transaction.
    ///
    /// - Returns: one set of rows per statement, in order.
    /// - Throws: the first statement's error that occurred; nothing of the pipeline took effect then.
    public func pipeline(_ statements: [PostgresStatement]) async throws(PostgresError) -> [PostgresRows] {
        try begin()
        defer { end() }
        guard PQenterPipelineMode(pointer) == 1 else { throw failure() }
        var sets: [PostgresRows] = []
        var first: PostgresError?
        for statement in statements { try send(statement.sql, statement.parameters) }
        guard PQpipelineSync(pointer) == 1 else { throw failure() }
        for statement in statements {
            // one result, then the NULL that ends this statement
            while let result = try await nextResult(statement.sql) {
                try Self.refuseCopy(result, statement.sql)
                first = first ?? Self.error(in: result, query: statement.sql)
                sets.append(PostgresRows(result: result, query: statement.sql))
            }
        }
        guard let sync = try await nextResult("sync") else { throw failure() }
        PQclear(sync)
        guard PQexitPipelineMode(pointer) == 1 else { throw failure() }
        if let first { throw first }
        return sets
    }
}

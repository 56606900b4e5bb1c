extension PostgresConnection {
    /// Runs `body` in a transaction: commits when it returns, rolls back when it throws.
    ///
    /// - Parameter isolation: an isolation level such as `REPEATABLE READ`; `nil` for the server's default.
    /// - Throws: what `body` throws, or `PostgresError` if a statement failed and `body` returned anyway.
    public func transaction<R>(isolation: String? = nil, _ body: (PostgresConnection) async throws -> R) async throws
        -> R
    {
        try await query("BEGIN" + (isolation.map { " ISOLATION LEVEL \($0)" } ?? ""))
        let value: R
        do {
            value = try await body(self)
        } catch {
            // If ROLLBACK fails, the pool closes the connection, which also ends the transaction.
            if isInTransaction { _ = try? await query("ROLLBACK") }
            throw error
        }
        // After a failed statement the server answers COMMIT with a rollback and reports no error.
        guard !isTransactionFailed else {
            try await query("ROLLBACK")
            throw PostgresError(
                .server(sqlState: "25P02"),
                "a statement of the transaction failed; the transaction was rolled back"
            )
        }
        try await query("COMMIT")
        return value
    }
}

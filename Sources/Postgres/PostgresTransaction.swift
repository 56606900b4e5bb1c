extension PostgresConnection {
    /// Runs `body` in a transaction: committed when it returns, rolled back when it throws.
    ///
    /// - Parameter isolation: as in `BEGIN ISOLATION LEVEL ...`; nil is the server's default.
    public func transaction<R>(isolation: String? = nil, _ body: (PostgresConnection) async throws -> R) async throws -> R {
        try await query("BEGIN" + (isolation.map { " ISOLATION LEVEL \($0)" } ?? ""))
        let value: R
        do {
            value = try await body(self)
        } catch {
            // a connection too broken to roll back is dropped by the pool, which ends the transaction as well
            if isInTransaction { _ = try? await query("ROLLBACK") }
            throw error
        }
        // a statement failed and `body` went on: the server would answer COMMIT by rolling back, and call it success
        guard !isTransactionFailed else {
            try await query("ROLLBACK")
            throw PostgresError(.server(sqlState: "25P02"), "a statement of the transaction failed, so nothing of it was committed")
        }
        try await query("COMMIT")
        return value
    }
}

/// How long a session may wait. Without limits, one hung statement or one stopped client stalls others without end.
public struct PostgresLimits: Sendable, Equatable {
    /// The longest that a statement may run, in seconds (`statement_timeout`).
    public var statement: Double
    /// The longest that a statement may wait for a lock, in seconds (`lock_timeout`).
    public var lock: Double
    /// The longest that a session may idle inside a transaction, in seconds (`idle_in_transaction_session_timeout`).
    /// After it, the server ends the session of a client that was stopped, and releases its locks.
    public var idleInTransaction: Double

    public init(statement: Double, lock: Double, idleInTransaction: Double) {
        self.statement = statement
        self.lock = lock
        self.idleInTransaction = idleInTransaction
    }

    /// How long the client waits for any answer before it gives the session up, in seconds. The server's own timeout
    /// comes first unless the server or the network hangs.
    var response: Double { statement + 10 }

    /// The statement that sets the limits for a session.
    var setUp: String {
        func milliseconds(_ seconds: Double) -> Int { Int(seconds * 1000) }
        return """
            SELECT set_config('statement_timeout', '\(milliseconds(statement))', false),
                   set_config('lock_timeout', '\(milliseconds(lock))', false),
                   set_config('idle_in_transaction_session_timeout', '\(milliseconds(idleInTransaction))', false)
            """
    }
}

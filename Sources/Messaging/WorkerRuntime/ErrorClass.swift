import Kafka
import Messages
import Postgres

/// How the runtime reacts to a failure.
public enum ErrorClass: String, Sendable {
    /// The message breaks its contract: send it to dead.letters now.
    case contract
    /// Another system is unavailable: back off and retry without end.
    case transient
    /// Unexpected: retry a few times, then send the message to dead.letters.
    case unknown
    /// The process cannot continue: log, and exit with a non-zero code.
    case fatal

    /// The classes of the errors that every worker can meet. A handler adds its own.
    public static func standard(_ error: any Error) -> ErrorClass {
        switch error {
        case is ContractError: .contract
        case is FatalError: .fatal
        // The work was abandoned, which says nothing about the message.
        case is CancellationError: .transient
        case let error as PostgresError: postgres(error)
        case let error as KafkaError: error.isFatal ? .fatal : error.isRetriable ? .transient : .unknown
        default: .unknown
        }
    }

    private static func postgres(_ error: PostgresError) -> ErrorClass {
        if error.isRetriable || error.code == .cancelled { return .transient }
        return isMisconfiguration(error) ? .fatal : .unknown
    }

    /// Whether every message would fail: a missing schema, table or database (SQLSTATE classes 42, 3F and 3D), or a
    /// rejected role or password (28).
    private static func isMisconfiguration(_ error: PostgresError) -> Bool {
        if case .setUp = error.code { return true }
        return error.sqlState.map { ["42", "3F", "3D", "28"].contains($0.prefix(2)) } ?? false
    }
}

import Kafka
import Postgres

/// What a failure means for the message that met it.
public enum ErrorClass: String, Sendable {
    /// The message breaks the contract and always will: to dead.letters now.
    case contract
    /// An outage of something else: back off and try again, without end; never dropped.
    case transient
    /// Not foreseen: tried a few times, then to dead.letters.
    case unknown
    /// This process cannot go on: log, exit non-zero, be restarted.
    case fatal

    /// What the doors' errors mean to every worker; a handler adds its own.
    public static func standard(_ error: any Error) -> ErrorClass {
        switch error {
        case is ContractError: .contract
        case let error as PostgresError:
            if error.isRetriable || error.code == .cancelled { .transient } else { isSetUpWrongly(error) ? .fatal : .unknown }
        case let error as KafkaError: error.isFatal ? .fatal : error.isRetriable ? .transient : .unknown
        case is FatalError: .fatal
        default: .unknown
        }
    }

    /// A missing schema, table or database (42, 3F, 3D), a refused role or password (28): every message would fail, and none is to blame.
    private static func isSetUpWrongly(_ error: PostgresError) -> Bool {
        if case .setUp = error.code { return true }
        return error.sqlState.map { ["42", "3F", "3D", "28"].contains($0.prefix(2)) } ?? false
    }
}

/// A message that breaks the contract: what is wrong with it.
public struct ContractError: Error, Sendable, CustomStringConvertible, Equatable {
    public let message: String
    public init(_ message: String) { self.message = message }
    public var description: String { message }
}

/// A state in which a worker must not go on.
public struct FatalError: Error, Sendable, CustomStringConvertible {
    public let message: String
    public init(_ message: String) { self.message = message }
    public var description: String { message }
}

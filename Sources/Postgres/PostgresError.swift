/// A failure of the server, of the connection, or of reading a value, with the query that was running.
public struct PostgresError: Error, Sendable, CustomStringConvertible {
    public enum Code: Sendable, Equatable {
        /// No connection could be made, or it broke.
        case connection
        /// The server refused the statement; the five-character SQLSTATE (PostgreSQL manual, appendix A).
        case server(sqlState: String)
        /// A value is not of the type that was asked for.
        case decoding
        /// A connection was used by two tasks at once, or after it was closed.
        case misuse
        case cancelled
        /// A statement that every new connection runs first was refused: no query will ever get through.
        case setUp(sqlState: String)
    }

    public let code: Code
    public let message: String
    public let query: String?

    public init(_ code: Code, _ message: String, query: String? = nil) {
        self.code = code
        self.message = message
        self.query = query
    }

    public var sqlState: String? {
        switch code {
        case .server(let state), .setUp(let state): state
        default: nil
        }
    }

    /// Whether the same statement may well succeed later: a broken connection, a serialization failure or deadlock (class 40), too few
    /// resources (53), an operator's intervention (57), or a system error (58).
    public var isRetriable: Bool {
        switch code {
        case .connection: true
        case .server(let state): ["08", "40", "53", "57", "58"].contains(state.prefix(2)) || state == "55P03"
        case .decoding, .misuse, .cancelled, .setUp: false
        }
    }

    public var description: String {
        let state = sqlState.map { " [\($0)]" } ?? ""
        let statement = query.map { " in: \($0.split(whereSeparator: \.isWhitespace).joined(separator: " ").prefix(300))" } ?? ""
        return "postgres\(state): \(message)\(statement)"
    }
}

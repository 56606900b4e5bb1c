/// A server error, a connection failure, a decoding error or misuse of a connection, with the query that was running.
public struct PostgresError: Error, Sendable, CustomStringConvertible {
    public enum Code: Sendable, Equatable {
        /// The connection could not be opened, or it broke.
        case connection
        /// The server rejected the statement with this five-character SQLSTATE (PostgreSQL manual, appendix A).
        case server(sqlState: String)
        /// A column is missing, NULL, or of another type than requested.
        case decoding
        /// Two tasks used a connection at once, or a COPY was run as a query.
        case misuse
        /// The task was cancelled while it waited for the server.
        case cancelled
        /// The server rejected a setup statement of the pool. Every new connection will fail in the same way.
        case setUp(sqlState: String)
    }

    public let code: Code
    public let message: String
    /// The SQL that was running; `nil` if none was.
    public let query: String?

    public init(_ code: Code, _ message: String, query: String? = nil) {
        self.code = code
        self.message = message
        self.query = query
    }

    /// The SQLSTATE of a server error; `nil` for other errors.
    public var sqlState: String? {
        switch code {
        case .server(let state), .setUp(let state): state
        default: nil
        }
    }

    /// Whether the same statement can succeed later.
    ///
    /// True for connection failures and for the SQLSTATE classes 08 (connection exception), 40 (serialization failure,
    /// deadlock), 53 (insufficient resources), 57 (operator intervention), 58 (system error), for 55P03 (lock not
    /// available), and for the states that cost the session (`costsSession`).
    public var isRetriable: Bool {
        switch code {
        case .connection: true
        case .server(let state):
            ["08", "40", "53", "57", "58"].contains(state.prefix(2)) || state == "55P03" || costsSession
        case .decoding, .misuse, .cancelled, .setUp: false
        }
    }

    /// Whether the session that met this error must not be used again, although it may look healthy: 25006 (the server
    /// became read-only after a failover), 25P03 and 25P04 (the server ended the session or transaction by timeout).
    public var costsSession: Bool { sqlState.map { ["25006", "25P03", "25P04"].contains($0) } ?? false }

    /// Whether a prepared statement may have failed because the session no longer holds it (26000), or because a
    /// migration changed the columns that it returns (0A000).
    var mayBeCuredByParsing: Bool { sqlState.map { ["0A000", "26000"].contains($0) } ?? false }

    public var description: String {
        let state = sqlState.map { " [\($0)]" } ?? ""
        let statement =
            query.map { " in: \($0.split(whereSeparator: \.isWhitespace).joined(separator: " ").prefix(300))" } ?? ""
        return "postgres\(state): \(message)\(statement)"
    }
}

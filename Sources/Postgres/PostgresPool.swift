import CLibpq

/// Connections made on demand, at most `limit` at a time, each lent to one task exclusively.
public actor PostgresPool {
    private let conninfo: String
    private let applicationName: String
    private let setup: [String]
    private let limit: Int
    private var idle: [PostgresConnection] = []
    private var open = 0
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// - Parameters:
    ///   - setup: statements that every new connection runs first, such as `SET ROLE`.
    ///   - limit: connections at a time; further callers wait in order of arrival.
    public init(_ conninfo: String, applicationName: String = "giddyup", setup: [String] = [], limit: Int = 4) {
        self.conninfo = conninfo
        self.applicationName = applicationName
        self.setup = setup
        self.limit = max(1, limit)
    }

    /// Lends a connection to `body`. One that `body` leaves broken, or inside a transaction, is closed and not lent again.
    public nonisolated func withConnection<R: Sendable>(_ body: (PostgresConnection) async throws -> R) async throws -> R {
        let connection = try await take()
        do {
            let value = try await body(connection)
            await give(connection)
            return value
        } catch {
            await give(connection)
            throw error
        }
    }

    /// As `withConnection`, inside a transaction.
    public nonisolated func transaction<R: Sendable>(isolation: String? = nil, _ body: (PostgresConnection) async throws -> R) async throws -> R {
        try await withConnection { connection in try await connection.transaction(isolation: isolation, body) }
    }

    @discardableResult
    public nonisolated func query(_ sql: String, _ parameters: [PostgresParameter] = []) async throws -> PostgresRows {
        try await withConnection { try await $0.query(sql, parameters) }
    }

    private func take() async throws(PostgresError) -> PostgresConnection {
        while true {
            while let connection = idle.popLast() {
                if connection.isUsable { return connection }
                open -= 1
            }
            if open < limit { break }
            await withCheckedContinuation { waiting.append($0) }
        }
        open += 1
        do {
            let connection = try await PostgresConnection.connect(conninfo, applicationName: applicationName)
            try await prepare(connection)
            return connection
        } catch {
            open -= 1
            wakeOne()
            throw error
        }
    }

    private func prepare(_ connection: PostgresConnection) async throws(PostgresError) {
        for statement in setup {
            do throws(PostgresError) { try await connection.query(statement) } catch {
                guard let state = error.sqlState, !error.isRetriable else { throw error }
                throw PostgresError(.setUp(sqlState: state), error.message, query: error.query)
            }
        }
    }

    private func give(_ connection: PostgresConnection) {
        if connection.isUsable { idle.append(connection) } else { open -= 1 }
        wakeOne()
    }

    private func wakeOne() {
        if !waiting.isEmpty { waiting.removeFirst().resume() }
    }
}

import CLibpq

/// A pool that opens connections on demand, at most `limit` at a time, and leases each to one task exclusively.
public actor PostgresPool {
    private let conninfo: String
    private let applicationName: String
    private let setup: [String]
    private let limits: PostgresLimits?
    private let retryPeriod: Duration
    private let limit: Int
    private var idle: [PostgresConnection] = []
    private var openCount = 0
    private var waiters: [CheckedContinuation<Void, Never>] = []

    /// - Parameters:
    ///   - conninfo: as for `PostgresConnection.connect`.
    ///   - setup: statements that every new connection runs first, such as `SET ROLE`.
    ///   - limits: how long the sessions may wait; `nil` for the server's settings.
    ///   - retryPeriod: how long work is repeated that fails with a retriable error, as while the server restarts. The
    ///     work must be idempotent: its transaction may have been committed when the connection broke.
    ///   - limit: the maximum number of open connections; further callers wait in order of arrival.
    public init(
        _ conninfo: String,
        applicationName: String = "giddyup",
        setup: [String] = [],
        limits: PostgresLimits? = nil,
        retryPeriod: Duration = .zero,
        limit: Int = 4
    ) {
        self.limits = limits
        self.retryPeriod = retryPeriod
        self.conninfo = conninfo
        self.applicationName = applicationName
        self.setup = setup
        self.limit = max(1, limit)
    }

    /// Calls `body` with a leased connection.
    ///
    /// The connection returns to the pool afterwards, unless `body` left it broken or inside a transaction: then it is
    /// closed.
    public nonisolated func withConnection<R: Sendable>(_ body: (PostgresConnection) async throws -> R) async throws
        -> R
    {
        let deadline = ContinuousClock.now + retryPeriod
        while true {
            do { return try await attempt(body) } catch let error as PostgresError {
                guard error.isRetriable, ContinuousClock.now < deadline, !Task.isCancelled else { throw error }
                try await Task.sleep(for: .milliseconds(500))
            }
        }
    }

    private nonisolated func attempt<R: Sendable>(_ body: (PostgresConnection) async throws -> R) async throws -> R {
        let connection = try await lease()
        do {
            let value = try await body(connection)
            await release(connection)
            return value
        } catch {
            await release(connection)
            throw error
        }
    }

    /// Runs `body` in a transaction on a leased connection.
    ///
    /// - Parameter isolation: as for `PostgresConnection.transaction`.
    public nonisolated func transaction<R: Sendable>(
        isolation: String? = nil,
        _ body: (PostgresConnection) async throws -> R
    ) async throws -> R {
        try await withConnection { connection in try await connection.transaction(isolation: isolation, body) }
    }

    /// Runs one statement on a leased connection.
    @discardableResult
    public nonisolated func query(_ sql: String, _ parameters: [PostgresParameter] = []) async throws -> PostgresRows {
        try await withConnection { try await $0.query(sql, parameters) }
    }

    private func lease() async throws(PostgresError) -> PostgresConnection {
        while true {
            while let connection = idle.popLast() {
                if connection.isUsable { return connection }
                openCount -= 1
            }
            if openCount < limit { break }
            await withCheckedContinuation { waiters.append($0) }
        }
        openCount += 1
        do {
            let connection = try await PostgresConnection.connect(conninfo, applicationName: applicationName)
            try await runSetup(on: connection)
            return connection
        } catch {
            openCount -= 1
            wakeOne()
            throw error
        }
    }

    private func runSetup(on connection: PostgresConnection) async throws(PostgresError) {
        connection.responseTimeout = limits?.response
        for statement in setup + (limits.map { [$0.setUp] } ?? []) {
            do throws(PostgresError) { try await connection.query(statement) } catch {
                guard let state = error.sqlState, !error.isRetriable else { throw error }
                throw PostgresError(.setUp(sqlState: state), error.message, query: error.query)
            }
        }
    }

    private func release(_ connection: PostgresConnection) {
        if connection.isUsable { idle.append(connection) } else { openCount -= 1 }
        wakeOne()
    }

    private func wakeOne() {
        if !waiters.isEmpty { waiters.removeFirst().resume() }
    }
}

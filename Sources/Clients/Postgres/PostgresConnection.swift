import CLibpq
import Dispatch
import Synchronization

/// One session with a server. Its methods suspend instead of blocking a thread.
///
/// A connection serves one task at a time: a concurrent call throws `PostgresError` with code `.misuse`. Take
/// connections from a `PostgresPool`, which leases each one exclusively.
///
/// `@unchecked Sendable`: `isBusy` rejects concurrent callers, so only one task uses the `PGconn` at a time.
public final class PostgresConnection: @unchecked Sendable {
    let pointer: OpaquePointer
    private let isBusy = Mutex(false)
    /// Whether an error has made the session unusable although its connection is open.
    private let isSpoiled = Mutex(false)
    private let responseLimit = Mutex<Double?>(nil)
    private let prepared = Mutex(PreparedStatements())

    /// How long to wait for an answer before the session is given up, in seconds; `nil` waits without limit.
    var responseTimeout: Double? {
        get { responseLimit.withLock { $0 } }
        set { responseLimit.withLock { $0 = newValue } }
    }

    private init(_ pointer: OpaquePointer) { self.pointer = pointer }

    deinit { PQfinish(pointer) }

    /// Connects to a server.
    ///
    /// - Parameters:
    ///   - conninfo: a libpq URI or keyword string; an empty string takes all settings from `PGHOST`, `PGUSER` and the
    ///     other libpq environment variables. Of several hosts, each is tried in turn.
    ///   - applicationName: the `application_name` of the session, unless `conninfo` or `PGAPPNAME` sets one.
    /// - Throws: `PostgresError` with code `.connection` if the server refuses the connection, or does not answer in
    ///   `connect_timeout` seconds (a setting of `conninfo` or `PGCONNECT_TIMEOUT`; 10 by default); of several hosts,
    ///   an error that names the failure of each.
    public static func connect(_ conninfo: String, applicationName: String = "giddyup") async throws(PostgresError)
        -> PostgresConnection
    {
        let hosts = PostgresHost.list(conninfo)
        var earlier: [PostgresError] = []
        for host in hosts.dropLast() {
            do throws(PostgresError) { return try await connect(conninfo, host, applicationName) } catch {
                if error.code == .cancelled { throw error }
                earlier.append(error)
            }
        }
        do throws(PostgresError) {
            return try await connect(conninfo, hosts[hosts.count - 1], applicationName)
        } catch {
            if earlier.isEmpty || error.code == .cancelled { throw error }
            let all = earlier + [error]
            // During a failover one server is away and another refuses: that is worth a retry.
            let code = (all.first(where: \.isRetriable) ?? error).code
            throw PostgresError(code, all.map(\.message).joined(separator: "; "))
        }
    }

    private static func connect(
        _ conninfo: String,
        _ host: PostgresHost,
        _ applicationName: String
    ) async throws(PostgresError) -> PostgresConnection {
        // A setting of conninfo overrides those before it. They notice within a minute that a server's host is gone.
        let keywords =
            [
                "keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout", "dbname",
                "fallback_application_name", "client_encoding",
            ] + host.settings.map(\.keyword)
        let values = ["20", "10", "3", "30000", conninfo, applicationName, "UTF8"] + host.settings.map(\.value)
        // PQconnectStart and PQconnectPoll resolve host names, which blocks.
        let queue = DispatchQueue(label: "postgres.connect")
        func blocking<R: Sendable>(_ body: @escaping @Sendable () -> R) async -> R {
            await withCheckedContinuation { continuation in queue.async { continuation.resume(returning: body()) } }
        }
        let started = await blocking {
            withCStrings(keywords) { keys in withCStrings(values) { PQconnectStartParams(keys, $0, 1) } }.map(
                PostgresConnection.init
            )
        }
        guard let connection = started else { throw PostgresError(.connection, "out of memory") }
        PQsetNoticeProcessor(connection.pointer, { _, _ in }, nil)
        // Only the server's time counts. A busy machine resumes this task late at every step.
        var patience = connection.connectTimeout
        var state = PGRES_POLLING_WRITING
        while PQstatus(connection.pointer) != CONNECTION_BAD {
            let socket = PQsocket(connection.pointer)
            switch state {
            case PGRES_POLLING_READING:
                patience -= try await SocketReadiness.wait(socket, for: .read, atMost: patience)
            case PGRES_POLLING_WRITING:
                patience -= try await SocketReadiness.wait(socket, for: .write, atMost: patience)
            case PGRES_POLLING_OK:
                guard PQsetnonblocking(connection.pointer, 1) == 0 else { throw connection.failure() }
                return connection
            default: throw connection.failure()
            }
            state = await blocking { PQconnectPoll(connection.pointer) }
        }
        throw connection.failure()
    }

    /// In seconds. libpq applies `connect_timeout` only to its blocking calls, so it is read and applied here.
    private var connectTimeout: Double {
        guard let options = PQconninfo(pointer) else { return Self.defaultConnectTimeout }
        defer { PQconninfoFree(options) }
        var option = options
        while let keyword = option.pointee.keyword {
            if String(cString: keyword) == "connect_timeout", let value = option.pointee.val {
                guard let seconds = Double(String(cString: value)) else { break }
                return seconds > 0 ? seconds : .infinity
            }
            option += 1
        }
        return Self.defaultConnectTimeout
    }

    private static let defaultConnectTimeout = 10.0

    /// Whether the session is open, idle, and outside a transaction.
    public var isUsable: Bool {
        PQstatus(pointer) == CONNECTION_OK && PQtransactionStatus(pointer) == PQTRANS_IDLE
            && PQpipelineStatus(pointer) == PQ_PIPELINE_OFF && !isSpoiled.withLock { $0 }
    }

    var isTransactionFailed: Bool { PQtransactionStatus(pointer) == PQTRANS_INERROR }

    public var isInTransaction: Bool { [PQTRANS_INTRANS, PQTRANS_INERROR].contains(PQtransactionStatus(pointer)) }

    /// Runs one statement.
    ///
    /// - Throws: `PostgresError` if the server rejects the statement or the connection breaks.
    @discardableResult
    public func query(_ sql: String, _ parameters: [PostgresParameter] = []) async throws(PostgresError) -> PostgresRows
    {
        try begin()
        defer { end() }
        try send(sql, parameters)
        return try await rows(of: sql)
    }

    /// Runs any number of statements without parameters (the simple query protocol).
    ///
    /// The statements run in one implicit transaction unless the script contains transaction commands.
    public func script(_ sql: String) async throws(PostgresError) {
        try begin()
        defer { end() }
        guard PQsendQuery(pointer, sql) == 1 else { throw failure(sql) }
        try await drain(sql)
    }

    /// Marks the connection as busy; `end` releases it.
    ///
    /// - Throws: `PostgresError` with code `.misuse` if another task is using the connection.
    func begin() throws(PostgresError) {
        let wasBusy = isBusy.withLock { isBusy in
            defer { isBusy = true }
            return isBusy
        }
        guard !wasBusy else {
            throw PostgresError(.misuse, "the connection is in use by another task; take one from the pool")
        }
    }

    func end() { isBusy.withLock { $0 = false } }

    /// Queues one statement; results are requested in binary.
    func send(_ sql: String, _ parameters: [PostgresParameter]) throws(PostgresError) {
        let types = parameters.map { Oid($0.type) }
        let formats = parameters.map { Int32($0.isBinary ? 1 : 0) }
        let lengths = parameters.map { Int32($0.bytes?.count ?? 0) }
        let sent = withBytes(parameters.map(\.bytes)) { values in
            PQsendQueryParams(pointer, sql, Int32(parameters.count), types, values, lengths, formats, 1)
        }
        guard sent == 1 else { throw failure(sql) }
    }

    /// Reads the rows of the statement just sent. The connection is idle afterwards, even if the statement failed.
    func rows(of sql: String) async throws(PostgresError) -> PostgresRows {
        guard let result = try await nextResult(sql) else { throw failure(sql) }
        try Self.refuseCopy(result, sql)
        let rows = PostgresRows(result: result, query: sql)
        let error = Self.error(in: result, query: sql)
        try await drain(sql)
        if let error { throw noting(error) }
        return rows
    }

    /// Reads all remaining results, then throws the first error among them.
    func drain(_ sql: String) async throws(PostgresError) {
        var firstError: PostgresError?
        while let result = try await nextResult(sql) {
            try Self.refuseCopy(result, sql)
            firstError = firstError ?? Self.error(in: result, query: sql)
            PQclear(result)
        }
        if let firstError { throw noting(firstError) }
    }

    /// Names a statement that is to be prepared, and the one that is to be deallocated for it; `nil` if the statement
    /// has a name already.
    func namePrepared(_ sql: String) -> (name: String, replaced: String?)? { prepared.withLock { $0.add(sql) } }

    func preparedName(_ sql: String) -> String? { prepared.withLock { $0.name(of: sql) } }

    /// Has a statement parsed again before its next execution.
    func forgetPrepared(_ statement: PostgresStatement) { prepared.withLock { $0.remove(statement.sql) } }

    /// Has all statements parsed again: what cost the session one of them is likely to have cost it others.
    func forgetAllPrepared() { prepared.withLock { $0.removeAll() } }

    /// Whether the server may hold statements that the session has forgotten. The caller must deallocate all then.
    func takeForgottenPrepared() -> Bool {
        prepared.withLock { prepared in
            defer { prepared.recordReset() }
            return prepared.mayHaveOthers
        }
    }

    /// Remembers that an error costs the session.
    func noting(_ error: PostgresError) -> PostgresError {
        if error.costsSession { isSpoiled.withLock { $0 = true } }
        return error
    }

    /// Throws if the result starts a COPY.
    ///
    /// During a COPY, `PQgetResult` returns the same result forever. The session stays in COPY, so the pool closes it.
    static func refuseCopy(_ result: OpaquePointer, _ sql: String) throws(PostgresError) {
        guard [PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH].contains(PQresultStatus(result)) else { return }
        PQclear(result)
        throw PostgresError(.misuse, "cannot run COPY as a query; call copyIn or copyOut", query: sql)
    }

    /// The next result of the statements sent; `nil` after the last one. The caller must call `PQclear`.
    func nextResult(_ sql: String) async throws(PostgresError) -> OpaquePointer? {
        try await flush(sql)
        while PQisBusy(pointer) == 1 {
            try await waitForServer(.read)
            guard PQconsumeInput(pointer) == 1 else { throw failure(sql) }
        }
        return PQgetResult(pointer)
    }

    /// Waits for the socket, at most for the response timeout. A wait that ends early asks the server to cancel the
    /// statement, whose session is then closed.
    func waitForServer(_ direction: SocketReadiness.Direction) async throws(PostgresError) {
        do throws(PostgresError) {
            try await SocketReadiness.wait(PQsocket(pointer), for: direction, atMost: responseTimeout)
        } catch {
            isSpoiled.withLock { $0 = true }
            cancelOnServer()
            throw error
        }
    }

    private static let cancelQueue = DispatchQueue(label: "postgres.cancel")

    /// Sends a cancel request on a connection of its own, without waiting for it. The request is a hint: the server may
    /// have finished, or be unreachable.
    private func cancelOnServer() {
        guard let request = PQgetCancel(pointer) else { return }
        let address = UInt(bitPattern: request)
        Self.cancelQueue.async {
            guard let request = OpaquePointer(bitPattern: address) else { return }
            var reason = [CChar](repeating: 0, count: 256)
            _ = PQcancel(request, &reason, Int32(reason.count))
            PQfreeCancel(request)
        }
    }

    /// Sends everything libpq has buffered.
    ///
    /// Also reads while it waits: if the server sends results before it has read all statements, both sides would
    /// otherwise block on full socket buffers (PostgreSQL manual, libpq, "Pipeline Mode").
    func flush(_ sql: String) async throws(PostgresError) {
        while true {
            switch PQflush(pointer) {
            case 0: return
            case 1:
                try await waitForServer(.either)
                guard PQconsumeInput(pointer) == 1 else { throw failure(sql) }
            default: throw failure(sql)
            }
        }
    }

    /// The connection's last error.
    func failure(_ query: String? = nil) -> PostgresError {
        let message = String(cString: PQerrorMessage(pointer)).split(separator: "\n").joined(separator: "; ")
        return PostgresError(.connection, message.isEmpty ? "the connection is closed" : message, query: query)
    }

    /// The error that a result reports; `nil` if it reports none.
    static func error(in result: OpaquePointer, query: String) -> PostgresError? {
        switch PQresultStatus(result) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY, PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_PIPELINE_SYNC:
            return nil
        case PGRES_PIPELINE_ABORTED:
            return PostgresError(
                .server(sqlState: "25P02"),
                "an earlier statement of the pipeline failed",
                query: query
            )
        default:
            func field(_ code: UnicodeScalar) -> String? {
                PQresultErrorField(result, Int32(code.value)).map { String(cString: $0) }
            }
            let message = [field("M"), field("D"), field("H").map { "hint: \($0)" }].compactMap(\.self).joined(
                separator: "; "
            )
            guard let state = field("C") else {
                return PostgresError(.connection, String(cString: PQresultErrorMessage(result)), query: query)
            }
            return PostgresError(.server(sqlState: state), message, query: query)
        }
    }
}

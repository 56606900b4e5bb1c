import CLibpq
import Dispatch
import Synchronization

/// One session with a server. Its methods suspend instead of blocking a thread.
///
/// A `PGconn` serves one task at a time. Take connections from a `PostgresPool`, whose lease is exclusive.
///
/// `@unchecked Sendable`: `busy` refuses a second caller while one is inside, so the pointer is never touched by two tasks at once.
public final class PostgresConnection: @unchecked Sendable {
    let pointer: OpaquePointer
    private let busy = Mutex(false)

    private init(_ pointer: OpaquePointer) { self.pointer = pointer }

    deinit { PQfinish(pointer) }

    /// - Parameter conninfo: a libpq URI or keyword string; empty takes everything from `PGHOST`, `PGUSER` and their like.
    public static func connect(_ conninfo: String, applicationName: String = "giddyup") async throws(PostgresError) -> PostgresConnection {
        let keywords = ["dbname", "fallback_application_name", "client_encoding"]
        let values = [conninfo, applicationName, "UTF8"]
        // starting and polling resolve host names, which blocks
        let queue = DispatchQueue(label: "postgres.connect")
        func blocking<R: Sendable>(_ body: @escaping @Sendable () -> R) async -> R {
            await withCheckedContinuation { continuation in queue.async { continuation.resume(returning: body()) } }
        }
        let started = await blocking {
            withCStrings(keywords) { keys in withCStrings(values) { PQconnectStartParams(keys, $0, 1) } }.map(PostgresConnection.init)
        }
        guard let connection = started else { throw PostgresError(.connection, "out of memory") }
        PQsetNoticeProcessor(connection.pointer, { _, _ in }, nil)
        let deadline = DispatchTime.now() + connectTimeout
        var state = PGRES_POLLING_WRITING
        while PQstatus(connection.pointer) != CONNECTION_BAD {
            let socket = PQsocket(connection.pointer)
            switch state {
            case PGRES_POLLING_READING: try await SocketReadiness.wait(socket, for: .read, until: deadline)
            case PGRES_POLLING_WRITING: try await SocketReadiness.wait(socket, for: .write, until: deadline)
            case PGRES_POLLING_OK:
                guard PQsetnonblocking(connection.pointer, 1) == 0 else { throw connection.failure() }
                return connection
            default: throw connection.failure()
            }
            state = await blocking { PQconnectPoll(connection.pointer) }
        }
        throw connection.failure()
    }

    /// Seconds; libpq's own `connect_timeout` counts only for its blocking calls.
    private static let connectTimeout = 10.0

    /// Whether another statement can be sent.
    public var isUsable: Bool {
        PQstatus(pointer) == CONNECTION_OK && PQtransactionStatus(pointer) == PQTRANS_IDLE && PQpipelineStatus(pointer) == PQ_PIPELINE_OFF
    }

    var isTransactionFailed: Bool { PQtransactionStatus(pointer) == PQTRANS_INERROR }

    public var isInTransaction: Bool { [PQTRANS_INTRANS, PQTRANS_INERROR].contains(PQtransactionStatus(pointer)) }

    /// Runs one statement.
    @discardableResult
    public func query(_ sql: String, _ parameters: [PostgresParameter] = []) async throws(PostgresError) -> PostgresRows {
        try begin()
        defer { end() }
        try send(sql, parameters)
        return try await rows(of: sql)
    }

    /// Runs a script of any number of statements, without parameters, in one implicit transaction unless it says otherwise.
    public func script(_ sql: String) async throws(PostgresError) {
        try begin()
        defer { end() }
        guard PQsendQuery(pointer, sql) == 1 else { throw failure(sql) }
        try await drain(sql)
    }

    func begin() throws(PostgresError) {
        let free = busy.withLock { busy in
            defer { busy = true }
            return !busy
        }
        guard free else { throw PostgresError(.misuse, "a connection serves one task at a time: take another from the pool") }
    }

    func end() { busy.withLock { $0 = false } }

    func send(_ sql: String, _ parameters: [PostgresParameter]) throws(PostgresError) {
        let types = parameters.map { Oid($0.type) }
        let formats = parameters.map { Int32($0.isBinary ? 1 : 0) }
        let lengths = parameters.map { Int32($0.bytes?.count ?? 0) }
        let sent = withBytes(parameters.map(\.bytes)) { values in
            PQsendQueryParams(pointer, sql, Int32(parameters.count), types, values, lengths, formats, 1)
        }
        guard sent == 1 else { throw failure(sql) }
    }

    /// The rows of the one statement that was sent; the connection is idle again afterwards, whatever happened.
    func rows(of sql: String) async throws(PostgresError) -> PostgresRows {
        guard let first = try await nextResult(sql) else { throw failure(sql) }
        try Self.refuseCopy(first, sql)
        let rows = PostgresRows(result: first, query: sql)
        let error = Self.error(in: first, query: sql)
        try await drain(sql)
        if let error { throw error }
        return rows
    }

    /// Reads results to the end, and throws the first failure among them.
    func drain(_ sql: String) async throws(PostgresError) {
        var first: PostgresError?
        while let result = try await nextResult(sql) {
            try Self.refuseCopy(result, sql)
            first = first ?? Self.error(in: result, query: sql)
            PQclear(result)
        }
        if let first { throw first }
    }

    /// Inside a COPY libpq would answer the same for ever. The session is left there, so the pool drops it.
    static func refuseCopy(_ result: OpaquePointer, _ sql: String) throws(PostgresError) {
        guard [PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH].contains(PQresultStatus(result)) else { return }
        PQclear(result)
        throw PostgresError(.misuse, "COPY goes through copyIn and copyOut", query: sql)
    }

    func nextResult(_ sql: String) async throws(PostgresError) -> OpaquePointer? {
        try await flush(sql)
        while PQisBusy(pointer) == 1 {
            try await SocketReadiness.wait(PQsocket(pointer), for: .read)
            guard PQconsumeInput(pointer) == 1 else { throw failure(sql) }
        }
        return PQgetResult(pointer)
    }

    /// Sends what libpq has buffered. It also reads while it waits, for a server that answers before it has read all would stop both.
    func flush(_ sql: String) async throws(PostgresError) {
        while true {
            switch PQflush(pointer) {
            case 0: return
            case 1:
                try await SocketReadiness.wait(PQsocket(pointer), for: .either)
                guard PQconsumeInput(pointer) == 1 else { throw failure(sql) }
            default: throw failure(sql)
            }
        }
    }

    func failure(_ query: String? = nil) -> PostgresError {
        let message = String(cString: PQerrorMessage(pointer)).split(separator: "\n").joined(separator: "; ")
        return PostgresError(.connection, message.isEmpty ? "the connection is closed" : message, query: query)
    }

    static func error(in result: OpaquePointer, query: String) -> PostgresError? {
        switch PQresultStatus(result) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY, PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_PIPELINE_SYNC: return nil
        case PGRES_PIPELINE_ABORTED: return PostgresError(.server(sqlState: "25P02"), "an earlier statement of the pipeline failed", query: query)
        default:
            func field(_ code: UnicodeScalar) -> String? { PQresultErrorField(result, Int32(code.value)).map { String(cString: $0) } }
            let message = [field("M"), field("D"), field("H").map { "hint: \($0)" }].compactMap(\.self).joined(separator: "; ")
            guard let state = field("C") else { return PostgresError(.connection, String(cString: PQresultErrorMessage(result)), query: query) }
            return PostgresError(.server(sqlState: state), message, query: query)
        }
    }
}

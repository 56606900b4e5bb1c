import CEpoll
import Dispatch
import Foundation
import Synchronization

/// Waits for a socket without blocking a thread.
///
/// One thread waits for all sockets of the process and resumes each waiting task itself. A dispatch source for every
/// wait would wake four threads in turn, which costs a live race more than the statement that it waits for.
enum SocketReadiness {
    enum Direction { case read, write, either }

    /// Suspends until `socket` is ready.
    ///
    /// - Parameters:
    ///   - direction: `either` returns as soon as the socket is readable or writable.
    ///   - limit: in seconds; `nil` waits without limit. It is met within `SocketPoller.tick`.
    /// - Returns: how long the socket took, in seconds, without the time that this task then waits to run.
    /// - Throws: `PostgresError` with code `.cancelled` if the task is cancelled, `.connection` after `limit`.
    @discardableResult
    static func wait(_ socket: Int32, for direction: Direction, atMost limit: Double? = nil)
        async throws(PostgresError) -> Double
    {
        let poller = SocketPoller.shared
        let token = poller.newToken()
        let end = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                poller.add(token, socket, direction, atMost: limit, continuation)
                // A cancellation before `add` has found nothing to end.
                if Task.isCancelled { poller.end(token, .cancelled) }
            }
        } onCancel: {
            poller.end(token, .cancelled)
        }
        // A socket that was ready in time counts as ready, however late this task runs.
        switch end {
        case .ready(let seconds): return seconds
        case .overdue: throw PostgresError(.connection, "timed out waiting for the server")
        case .cancelled: throw PostgresError(.cancelled, "the task was cancelled while waiting for the server")
        case .refused: throw PostgresError(.connection, "cannot wait for socket \(socket)")
        }
    }
}

/// How a wait ended.
private enum WaitEnd {
    /// After so many seconds.
    case ready(Double)
    case overdue, cancelled, refused
}

/// A thread that waits for sockets with epoll(7).
private final class SocketPoller: Sendable {
    static let shared = SocketPoller()

    /// How often the thread looks for deadlines that have passed.
    static let tick = Duration.milliseconds(100)

    private struct Wait {
        let socket: Int32
        let start: DispatchTime
        let limit: Double?
        let continuation: CheckedContinuation<WaitEnd, Never>

        func seconds(until now: DispatchTime) -> Double {
            // A wait can begin after `now` was read.
            max(0, Double(now.uptimeNanoseconds) - Double(start.uptimeNanoseconds)) / 1e9
        }
    }

    private let epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
    private let waits = Mutex<[UInt64: Wait]>([:])
    private let lastToken = Atomic<UInt64>(0)

    private init() {
        precondition(epoll >= 0, "epoll_create1 failed with errno \(errno)")
        let thread = Thread { [self] in
            while true { poll() }
        }
        thread.name = "postgres.readiness"
        thread.start()
    }

    func newToken() -> UInt64 { lastToken.add(1, ordering: .relaxed).newValue }

    /// Begins a wait.
    func add(
        _ token: UInt64,
        _ socket: Int32,
        _ direction: SocketReadiness.Direction,
        atMost limit: Double?,
        _ continuation: CheckedContinuation<WaitEnd, Never>
    ) {
        var event = epoll_event()
        event.events = EPOLLONESHOT.rawValue
        if direction != .write { event.events |= EPOLLIN.rawValue }
        if direction != .read { event.events |= EPOLLOUT.rawValue }
        event.data.u64 = token
        // The lock is held so that the event of a socket that is ready already finds its wait.
        let isAdded = waits.withLock { waits in
            guard epoll_ctl(epoll, EPOLL_CTL_ADD, socket, &event) == 0 else { return false }
            waits[token] = Wait(socket: socket, start: .now(), limit: limit, continuation: continuation)
            return true
        }
        if !isAdded { continuation.resume(returning: .refused) }
    }

    /// Ends a wait, unless it has ended already.
    func end(_ token: UInt64, _ end: WaitEnd) {
        self.end(token) { _ in end }
    }

    private func end(_ token: UInt64, _ end: (Wait) -> WaitEnd) {
        let ended = waits.withLock { waits -> Wait? in
            guard let wait = waits.removeValue(forKey: token) else { return nil }
            // The socket is still open: its owner is waiting.
            epoll_ctl(epoll, EPOLL_CTL_DEL, wait.socket, nil)
            return wait
        }
        if let ended { ended.continuation.resume(returning: end(ended)) }
    }

    private func poll() {
        var events = [epoll_event](repeating: epoll_event(), count: 16)
        let count = epoll_wait(epoll, &events, Int32(events.count), Int32(Self.tick / .milliseconds(1)))
        let now = DispatchTime.now()
        for event in events.prefix(Int(max(0, count))) {
            end(event.data.u64) { .ready($0.seconds(until: now)) }
        }
        let overdue = waits.withLock { waits in
            waits.filter { wait in wait.value.limit.map { wait.value.seconds(until: now) >= $0 } ?? false }.map(\.key)
        }
        for token in overdue { end(token, .overdue) }
    }
}

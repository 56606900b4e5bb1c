import CEpoll
import Dispatch
import Foundation
import Synchronization

/// Waits for a socket without blocking a thread.
///
/// One thread waits for all sockets of the process and resumes each waiting task itself. A dispatch source for every
/// wait would wake four threads in turn, which costs a live race more than the statement that it waits for.
package enum SocketReadiness {
    package enum Direction { case read, write, either }

    /// Suspends until `socket` is ready.
    ///
    /// - Parameters:
    ///   - direction: `either` returns as soon as the socket is readable or writable.
    ///   - limit: in seconds; `nil` waits without limit. It is met within `SocketPoller.tick`.
    /// - Returns: how long the socket took, in seconds. A busy machine runs this task and the thread late; that time
    ///   does not count.
    /// - Throws: `PostgresError` with code `.cancelled` if the task is cancelled, `.connection` after `limit`.
    @discardableResult
    package static func wait(_ socket: Int32, for direction: Direction, atMost limit: Double? = nil)
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
        /// In seconds by `time`.
        let start: Double
        let limit: Double?
        /// The pass of the thread that was under way when the wait began.
        let pass: Int
        let continuation: CheckedContinuation<WaitEnd, Never>

        // A wait can begin after `now` was read.
        func seconds(until now: Double) -> Double { max(0, now - start) }
    }

    private let epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
    private struct State {
        var waits: [UInt64: Wait] = [:]
        var pass = 0
    }

    private let state = Mutex(State())
    private let lastToken = Atomic<UInt64>(0)
    /// For how many nanoseconds the thread did not run when it should have.
    private let lateness = Atomic<UInt64>(0)

    private init() {
        precondition(epoll >= 0, "epoll_create1 failed with errno \(errno)")
        let thread = Thread { [self] in
            var lastPass = DispatchTime.now()
            while true { poll(&lastPass) }
        }
        thread.name = "postgres.readiness"
        thread.start()
    }

    /// The seconds of a clock that stands still while the thread is late.
    private var time: Double {
        Double(DispatchTime.now().uptimeNanoseconds &- lateness.load(ordering: .relaxed)) / 1e9
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
        let isAdded = state.withLock { state in
            guard epoll_ctl(epoll, EPOLL_CTL_ADD, socket, &event) == 0 else { return false }
            state.waits[token] = Wait(
                socket: socket,
                start: time,
                limit: limit,
                pass: state.pass,
                continuation: continuation
            )
            return true
        }
        if !isAdded { continuation.resume(returning: .refused) }
    }

    /// Ends a wait, unless it has ended already.
    func end(_ token: UInt64, _ end: WaitEnd) {
        self.end(token) { _ in end }
    }

    private func end(_ token: UInt64, _ end: (Wait) -> WaitEnd) {
        let ended = state.withLock { state -> Wait? in
            guard let wait = state.waits.removeValue(forKey: token) else { return nil }
            // The socket is still open: its owner is waiting.
            epoll_ctl(epoll, EPOLL_CTL_DEL, wait.socket, nil)
            return wait
        }
        if let ended { ended.continuation.resume(returning: end(ended)) }
    }

    private func poll(_ lastPass: inout DispatchTime) {
        let number = state.withLock { state in
            state.pass += 1
            return state.pass
        }
        var events = [epoll_event](repeating: epoll_event(), count: 16)
        let count = epoll_wait(epoll, &events, Int32(events.count), Int32(Self.tick / .milliseconds(1)))
        let pass = DispatchTime.now()
        let elapsed = pass.uptimeNanoseconds - lastPass.uptimeNanoseconds
        let tick = UInt64(Self.tick / .nanoseconds(1))
        if elapsed > tick { lateness.add(elapsed - tick, ordering: .relaxed) }
        lastPass = pass
        let now = time
        for event in events.prefix(Int(max(0, count))) {
            end(event.data.u64) { .ready($0.seconds(until: now)) }
        }
        // More sockets may be ready.
        guard count < events.count else { return }
        // A wait that began during this pass may be for a socket that is ready.
        let overdue = state.withLock { state in
            state.waits.filter { _, wait in
                wait.pass < number && wait.limit.map { wait.seconds(until: now) >= $0 } ?? false
            }.map(\.key)
        }
        for token in overdue { end(token, .overdue) }
    }
}

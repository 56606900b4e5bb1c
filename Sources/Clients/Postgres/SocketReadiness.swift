import Dispatch
import Synchronization

/// Waits for a socket without blocking a thread.
enum SocketReadiness {
    enum Direction { case read, write, either }

    private static let queue = DispatchQueue(label: "postgres.readiness")

    /// Suspends until `socket` is ready.
    ///
    /// - Parameters:
    ///   - direction: `either` returns as soon as the socket is readable or writable.
    ///   - deadline: `nil` waits without limit.
    /// - Throws: `PostgresError` with code `.cancelled` if the task is cancelled, `.connection` at the deadline.
    static func wait(_ socket: Int32, for direction: Direction, until deadline: DispatchTime? = nil)
        async throws(PostgresError)
    {
        let timer = deadline.map { deadline in
            let timer = DispatchSource.makeTimerSource(queue: queue)
            timer.schedule(deadline: deadline)
            return timer
        }
        var sources: [any DispatchSourceProtocol] = []
        if direction != .write { sources.append(DispatchSource.makeReadSource(fileDescriptor: socket, queue: queue)) }
        if direction != .read { sources.append(DispatchSource.makeWriteSource(fileDescriptor: socket, queue: queue)) }
        let watch = Watch(sources + (timer.map { [$0] } ?? []))
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in watch.start(continuation) }
        } onCancel: {
            watch.cancel()
        }
        if Task.isCancelled { throw PostgresError(.cancelled, "the task was cancelled while waiting for the server") }
        if let deadline, DispatchTime.now() >= deadline {
            throw PostgresError(.connection, "timed out waiting for the server")
        }
    }

    /// Dispatch sources that are cancelled together when the first of them fires.
    ///
    /// `@unchecked Sendable`: a dispatch source can be cancelled from any thread. Its handlers are set before it is
    /// activated and run on one serial queue; only they access `activeCount`.
    private final class Watch: @unchecked Sendable {
        private let sources: [any DispatchSourceProtocol]
        private var activeCount: Int

        init(_ sources: [any DispatchSourceProtocol]) {
            self.sources = sources
            activeCount = sources.count
        }

        func start(_ continuation: CheckedContinuation<Void, Never>) {
            for source in sources {
                source.setEventHandler { [self] in cancel() }
                // Each cancel handler runs exactly once. The descriptor must stay open until the last one has run.
                source.setCancelHandler { [self] in
                    activeCount -= 1
                    if activeCount == 0 { continuation.resume() }
                }
            }
            for source in sources { source.activate() }
        }

        func cancel() {
            for source in sources { source.cancel() }
        }
    }
}

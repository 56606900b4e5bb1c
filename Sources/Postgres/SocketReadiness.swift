import Dispatch
import Synchronization

/// Waits for a socket without holding a thread.
enum SocketReadiness {
    enum Direction { case read, write, either }

    private static let queue = DispatchQueue(label: "postgres.readiness")

    /// Returns once `socket` is ready; throws when the task is cancelled, or at the deadline.
    static func wait(_ socket: Int32, for direction: Direction, until deadline: DispatchTime? = nil) async throws(PostgresError) {
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
        if Task.isCancelled { throw PostgresError(.cancelled, "the task was cancelled while it waited for the server") }
        if let deadline, DispatchTime.now() >= deadline { throw PostgresError(.connection, "the server did not answer in time") }
    }

    /// `@unchecked Sendable`: a dispatch source may be cancelled from any thread, its handlers are set before it is activated and run on
    /// one serial queue, which alone touches `open`.
    private final class Watch: @unchecked Sendable {
        private let sources: [any DispatchSourceProtocol]
        private var open: Int

        init(_ sources: [any DispatchSourceProtocol]) {
            self.sources = sources
            open = sources.count
        }

        func start(_ continuation: CheckedContinuation<Void, Never>) {
            for source in sources {
                source.setEventHandler { [self] in cancel() }
                // each runs exactly once, whether the socket became ready or the task was cancelled; only after the last of them may the
                // descriptor be closed
                source.setCancelHandler { [self] in
                    open -= 1
                    if open == 0 { continuation.resume() }
                }
            }
            for source in sources { source.activate() }
        }

        func cancel() {
            for source in sources { source.cancel() }
        }
    }
}

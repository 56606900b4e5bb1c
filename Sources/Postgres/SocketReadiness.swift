import Dispatch
import Synchronization

/// Waits for a socket without holding a thread.
enum SocketReadiness {
    enum Direction { case read, write }

    private static let queue = DispatchQueue(label: "postgres.readiness", attributes: .concurrent)

    /// Returns once `socket` is ready, or throws at once when the task is cancelled.
    static func wait(_ socket: Int32, for direction: Direction) async throws(PostgresError) {
        let source: any DispatchSourceProtocol =
            switch direction {
            case .read: DispatchSource.makeReadSource(fileDescriptor: socket, queue: queue)
            case .write: DispatchSource.makeWriteSource(fileDescriptor: socket, queue: queue)
            }
        let watch = Watch(source)
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in watch.start(continuation) }
        } onCancel: {
            watch.source.cancel()
        }
        if Task.isCancelled { throw PostgresError(.cancelled, "the task was cancelled while it waited for the server") }
    }

    /// `@unchecked Sendable`: a dispatch source may be cancelled from any thread, and its handlers are set before it is activated.
    private final class Watch: @unchecked Sendable {
        let source: any DispatchSourceProtocol

        init(_ source: any DispatchSourceProtocol) { self.source = source }

        func start(_ continuation: CheckedContinuation<Void, Never>) {
            source.setEventHandler { [source] in source.cancel() }
            // the cancel handler runs exactly once, whether the socket became ready or the task was cancelled, and only after it may the
            // descriptor be closed
            source.setCancelHandler { continuation.resume() }
            source.activate()
        }
    }
}

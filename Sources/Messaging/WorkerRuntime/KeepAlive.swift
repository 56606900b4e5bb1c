import Kafka

/// Keeps a worker in its consumer groups while a long piece of work runs, by polling its lanes beside the work.
struct KeepAlive: Sendable {
    /// All lanes of the worker: the one that is not being worked on would be evicted as well.
    let lanes: [LaneConsumer]
    let stopping: StopSignal

    /// How long the work may run before polling starts. It is well below `max.poll.interval.ms`.
    private static let patience = Duration.seconds(5)
    private static let interval = Duration.milliseconds(500)

    /// Runs `work`, and polls the paused lanes once it has taken longer than `patience`.
    ///
    /// - Throws: `WorkerStopping` if the worker was asked to stop and its time to drain is over; the work is cancelled.
    func run<R: Sendable>(
        after patience: Duration = Self.patience,
        _ work: @escaping @Sendable () async throws -> R
    ) async throws -> R {
        let result: R
        do {
            result = try await race(work, after: patience)
        } catch {
            // The caller may dead-letter the message and poll again, so the lanes must not stay paused.
            try await resume()
            throw error
        }
        try await resume()
        return result
    }

    private func resume() async throws {
        for lane in lanes { try await lane.resume() }
    }

    private func race<R: Sendable>(
        _ work: @escaping @Sendable () async throws -> R,
        after patience: Duration
    ) async throws -> R {
        try await withThrowingTaskGroup(of: R?.self) { tasks in
            tasks.addTask { try await work() }
            tasks.addTask {
                try? await Task.sleep(for: patience)
                while !Task.isCancelled {
                    if stopping.isOverdue { throw WorkerStopping() }
                    for lane in lanes { try await lane.keepAlive() }
                    try? await Task.sleep(for: Self.interval)
                }
                return nil
            }
            defer { tasks.cancelAll() }
            while let result = try await tasks.next() {
                guard let result else { continue }
                tasks.cancelAll()
                // Wait for the poll in flight before the lanes are resumed.
                while try await tasks.next() != nil {}
                return result
            }
            throw CancellationError()
        }
    }
}

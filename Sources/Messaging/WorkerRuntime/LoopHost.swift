import Kafka

/// The consumer side and the producer side of a batch in a worker's loop.
struct LoopHost: BatchHost {
    let lane: LaneConsumer
    let keepAlive: KeepAlive
    let crashPoint: CrashPoint
    /// Produces outputs, and reports those that cannot be produced.
    let produce: @Sendable (ProcessedBatch) async throws -> Void

    func isRevoked(_ message: KafkaMessage) -> Bool { lane.isRevoked(message) }

    func keepAlive<R: Sendable>(during work: @escaping @Sendable () async throws -> R) async throws -> R {
        try await keepAlive.run(work)
    }

    func produce(_ outputs: [Output], beside writes: @escaping Writes) async throws -> (any Error)? {
        let writing = Task {
            try await writes()
            crashPoint.reach(.handled)
        }
        defer { writing.cancel() }
        var batch = ProcessedBatch()
        batch.outputs = outputs
        try await produce(batch)
        do {
            try await keepAlive.run {
                try await withTaskCancellationHandler {
                    try await writing.value
                } onCancel: {
                    writing.cancel()
                }
            }
            return nil
        } catch let error as WorkerStopping {
            throw error
        } catch { return error }
    }
}

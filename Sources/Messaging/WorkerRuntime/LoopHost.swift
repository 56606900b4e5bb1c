import Kafka

/// The consumer side of a batch in a worker's loop.
struct LoopHost: BatchHost {
    let lane: LaneConsumer
    let keepAlive: KeepAlive

    func isRevoked(_ message: KafkaMessage) -> Bool { lane.isRevoked(message) }

    func keepAlive<R: Sendable>(during work: @escaping @Sendable () async throws -> R) async throws -> R {
        try await keepAlive.run(work)
    }
}

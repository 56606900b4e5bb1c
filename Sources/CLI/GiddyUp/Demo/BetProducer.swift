import Kafka
import Messages
import Operations
import WorkerRuntime

/// Produces placements with one producer, so that a day's bets need one connection.
struct BetProducer {
    let context: CommandContext
    let producer: KafkaProducer

    func send(_ placements: [BetPlacement]) async throws {
        guard !placements.isEmpty else { return }
        try await producer.send(try placements.map { try $0.record(prefix: context.configuration.topicPrefix) })
    }
}

import Foundation
import Kafka
import Messages

/// Counts the messages that reached dead.letters since the counter was created, by the ends of its partitions.
public final class DeadLetterCounter: Sendable {
    private let consumer: KafkaConsumer
    private let partitions: [TopicPartition]
    private let start: Int64

    /// - Throws: `CommandError` if the topic does not exist.
    public init(_ context: CommandContext) async throws {
        let topic = Topic.deadLetters.name(prefix: context.configuration.topicPrefix)
        let topics = try await KafkaAdmin(context.configuration.producerProperties()).topics()
        guard let count = topics[topic] else {
            throw CommandError("the topic \(topic) is missing: run `giddyup topics apply`")
        }
        let group = ["group.id": "cli.\(UUID().uuidString)"]
        consumer = try KafkaConsumer(context.configuration.kafkaProperties().merging(group) { $1 })
        partitions = (0..<count).map { TopicPartition(topic, $0) }
        start = try await Self.total(consumer, partitions)
    }

    public func sinceStart() async throws -> Int { Int(try await Self.total(consumer, partitions) - start) }

    private static func total(_ consumer: KafkaConsumer, _ partitions: [TopicPartition]) async throws -> Int64 {
        var total: Int64 = 0
        for partition in partitions { total += try await consumer.watermarks(partition).high }
        return total
    }
}

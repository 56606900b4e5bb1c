import Foundation
import Kafka
import Messages

/// How many messages went to dead.letters since some moment, by the ends of its partitions.
final class DeadLetterCount: Sendable {
    private let consumer: KafkaConsumer
    private let places: [TopicPartition]
    private let atStart: Int64

    init(_ connection: Connection) async throws {
        let topic = Topic.deadLetters.name(prefix: connection.configuration.topicPrefix)
        let properties = try connection.configuration.kafkaProperties().merging(["group.id": "cli.\(UUID().uuidString)"]) { $1 }
        guard let count = try await KafkaAdmin(connection.configuration.producerProperties()).topics()[topic] else {
            throw CommandError("the topic \(topic) is missing: run `giddyup topics apply`")
        }
        consumer = try KafkaConsumer(properties)
        places = (0..<count).map { TopicPartition(topic, $0) }
        atStart = try await Self.total(consumer, places)
    }

    func sinceStart() async throws -> Int { Int(try await Self.total(consumer, places) - atStart) }

    private static func total(_ consumer: KafkaConsumer, _ places: [TopicPartition]) async throws -> Int64 {
        var total: Int64 = 0
        for place in places { total += try await consumer.watermarks(place).high }
        return total
    }
}

import Kafka
import Messages
import WorkerRuntime

/// Reads how far each worker is behind on each of its topics, from the offsets that its group has committed.
public final class LagReader: Sendable {
    /// The messages of one topic that a worker has not handled yet.
    public struct Lag: Sendable, Equatable, Codable {
        public let worker: String
        public let topic: String
        public let isBackfill: Bool
        public let messages: Int
    }

    private struct Source: Sendable {
        let topic: Topic
        let worker: String
        let consumer: KafkaConsumer
        let partitions: [TopicPartition]
    }

    private let sources: [Source]
    private let deadLetters: [TopicPartition]

    /// - Throws: `TopicScanError` if a topic of the fleet does not exist; `KafkaError`; `ConfigurationError`.
    public init(_ configuration: RuntimeConfiguration) async throws {
        let counts = try await KafkaAdmin(configuration.producerProperties()).topics(timeout: .seconds(5))
        func partitions(_ topic: Topic) throws -> [TopicPartition] {
            let name = topic.name(prefix: configuration.topicPrefix)
            guard let count = counts[name] else {
                throw TopicScanError("the topic \(name) is missing: run `giddyup topics apply`")
            }
            return (0..<count).map { TopicPartition(name, $0) }
        }
        sources = try Topic.allCases.compactMap { topic in
            guard let consumer = TopicConsumer(topic) else { return nil }
            return Source(
                topic: topic,
                worker: consumer.worker,
                consumer: try configuration.observer(of: consumer.group(configuration)),
                partitions: try partitions(topic)
            )
        }
        deadLetters = try partitions(.deadLetters)
    }

    public func read() async throws -> [Lag] {
        try await withThrowingTaskGroup(of: (Int, Lag).self) { tasks in
            for (index, source) in sources.enumerated() {
                tasks.addTask { (index, try await Self.lag(of: source)) }
            }
            return try await tasks.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    /// How many messages `dead.letters` holds.
    public func countDeadLetters() async throws -> Int {
        guard let consumer = sources.first?.consumer else { return 0 }
        var count: Int64 = 0
        for partition in deadLetters {
            let (low, high) = try await consumer.watermarks(partition)
            count += high - low
        }
        return Int(count)
    }

    private static func lag(of source: Source) async throws -> Lag {
        let ends = try await source.consumer.endOffsets(source.partitions)
        let committed = try await source.consumer.committed(source.partitions)
        var lag: Int64 = 0
        for (partition, end) in ends {
            let position = (committed[partition] ?? nil) ?? 0
            guard end > position else { continue }
            // Messages that have expired are no lag.
            lag += max(0, end - max(position, try await source.consumer.watermarks(partition).low))
        }
        return Lag(
            worker: source.worker,
            topic: source.topic.rawValue,
            isBackfill: source.topic.rawValue.hasSuffix(".backfill"),
            messages: Int(lag)
        )
    }
}

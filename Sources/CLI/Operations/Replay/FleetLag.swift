import Kafka
import Messages
import TopicReading

/// How far the workers that handle a topic are behind, with those that handle what they produce.
final class FleetLag: Sendable {
    private struct Source: Sendable {
        let group: String
        let consumer: KafkaConsumer
        let partitions: [TopicPartition]
    }

    private let sources: [Source]

    /// How long a wait may last before it is explained.
    private static let patience = Duration.seconds(60)

    /// - Parameter consumers: in the order in which they handle a message.
    /// - Throws: `CommandError` if a topic does not exist.
    init(_ context: CommandContext, _ consumers: [TopicConsumer]) async throws {
        var sources: [Source] = []
        for consumer in consumers {
            let name = consumer.topic.name(prefix: context.configuration.topicPrefix)
            let count = try await context.configuration.partitionCount(of: name)
            sources.append(
                Source(
                    group: consumer.group(context.configuration),
                    consumer: try context.configuration.observer(of: consumer.group(context.configuration)),
                    partitions: (0..<count).map { TopicPartition(name, $0) }
                )
            )
        }
        self.sources = sources
    }

    /// The messages that are not handled yet: produced, and not committed by the worker's group.
    func read() async throws -> Int {
        var total: Int64 = 0
        for source in sources { total += try await lag(of: source, try await ends(of: source)) }
        return Int(total)
    }

    /// Waits until what the topics hold now is handled, and what comes of it.
    ///
    /// - Parameter check: throws if a worker has stopped.
    func drain(check: () async throws -> Void) async throws {
        // A worker produces before it commits, so the next topic holds everything once the one before it is handled.
        for source in sources {
            let ends = try await ends(of: source)
            var nextNote = ContinuousClock.now + Self.patience
            while case let lag = try await lag(of: source, ends), lag > 0 {
                try await check()
                if ContinuousClock.now >= nextNote {
                    Console.note("the group \(source.group) is still \(lag) messages behind: is it the workers' group?")
                    nextNote = .now + Self.patience
                }
                try await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    private func ends(of source: Source) async throws -> [TopicPartition: (low: Int64, high: Int64)] {
        var ends: [TopicPartition: (low: Int64, high: Int64)] = [:]
        for partition in source.partitions { ends[partition] = try await source.consumer.watermarks(partition) }
        return ends
    }

    private func lag(
        of source: Source,
        _ ends: [TopicPartition: (low: Int64, high: Int64)]
    ) async throws -> Int64 {
        let committed = try await source.consumer.committed(source.partitions)
        return ends.reduce(0) { total, end in
            total + max(0, end.value.high - max(end.value.low, (committed[end.key] ?? nil) ?? end.value.low))
        }
    }
}

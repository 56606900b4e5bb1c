import Foundation
import Kafka
import WorkerRuntime

/// Reads a range of a topic outside any consumer group, in offset order within each partition.
public final class TopicScan {
    /// What is left to read.
    public private(set) var range: ScanRange
    private let consumer: KafkaConsumer

    /// How long the brokers may take to return the next message.
    private static let patience = Duration.seconds(60)

    /// - Throws: `TopicScanError` if the topic does not exist.
    public init(
        _ configuration: RuntimeConfiguration,
        topic: String,
        from start: ScanBound? = nil,
        to end: ScanBound? = nil
    ) async throws {
        consumer = try configuration.observer()
        range = try await ScanRange.resolve(
            topic: topic,
            partitionCount: try await configuration.partitionCount(of: topic),
            from: start,
            to: end,
            consumer
        )
        try await assign()
    }

    /// Goes on with a scan that was interrupted.
    public init(_ configuration: RuntimeConfiguration, resuming range: ScanRange) async throws {
        consumer = try configuration.observer()
        self.range = range
        try await assign()
    }

    private func assign() async throws {
        let open = range.partitions.filter { !$0.value.isFinished }
        guard !open.isEmpty else { return }
        try await consumer.assign(
            Dictionary(uniqueKeysWithValues: open.map { (TopicPartition(range.topic, $0.key), $0.value.next) })
        )
    }

    /// - Returns: the next messages; empty at the end of the range.
    /// - Throws: `TopicScanError` if the brokers return nothing for a minute; `KafkaError`.
    public func next(limit: Int) async throws -> [KafkaMessage] {
        var deadline = ContinuousClock.now + Self.patience
        while !range.isFinished {
            let messages = try await consumer.poll(limit: limit, timeout: .milliseconds(200))
            let read = messages.filter { $0.offset < range.partitions[$0.source.partition]?.end ?? 0 }
            for message in read { range.partitions[message.source.partition]?.next = message.offset + 1 }
            try await skipGaps()
            let accepted = read.filter(range.accepts)
            if !accepted.isEmpty { return accepted }
            if !read.isEmpty { deadline = .now + Self.patience }
            guard ContinuousClock.now < deadline else {
                throw TopicScanError("\(range.topic) has \(range.remaining) more messages, but the brokers return none")
            }
        }
        return []
    }

    /// Offsets without a message, as after compaction, count as read once the consumer has passed them.
    private func skipGaps() async throws {
        let open = range.partitions.filter { !$0.value.isFinished }.map { TopicPartition(range.topic, $0.key) }
        for (partition, position) in try await consumer.positions(open)
        where position >= range.partitions[partition.partition]?.end ?? .max {
            range.partitions[partition.partition]?.next = position
        }
    }
}

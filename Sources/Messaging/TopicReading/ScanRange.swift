import Foundation
import Kafka
import Racing

/// What a scan of a topic reads: a range of offsets of each partition. It is fixed when the scan begins, so that the
/// scan ends although the topic grows.
public struct ScanRange: Codable, Sendable, Equatable {
    public struct Partition: Codable, Sendable, Equatable {
        /// The next offset to read.
        public var next: Int64
        /// The offset after the last one to read.
        public let end: Int64

        public var isFinished: Bool { next >= end }
    }

    public let topic: String
    public var partitions: [Int32: Partition]
    /// Milliseconds since 1970: the scan skips messages outside, on a broker that cannot look up offsets by time.
    private var earliest: Int64?
    private var latest: Int64?

    public var isFinished: Bool { partitions.values.allSatisfy(\.isFinished) }

    /// How many offsets are left. Some of them may hold no message.
    public var remaining: Int64 { partitions.values.reduce(0) { $0 + max(0, $1.end - $1.next) } }

    /// Whether the time of the message is within the range.
    func accepts(_ message: KafkaMessage) -> Bool {
        guard let timestamp = message.timestamp else { return earliest == nil && latest == nil }
        return timestamp >= earliest ?? .min && timestamp < latest ?? .max
    }

    /// Resolves the bounds against the topic as it is now.
    ///
    /// - Parameters:
    ///   - start: the first messages to read; `nil` for the oldest that the broker keeps.
    ///   - end: the messages from here on are left out; `nil` for the end of the topic as it is now.
    static func resolve(
        topic: String,
        partitionCount: Int32,
        from start: ScanBound?,
        to end: ScanBound?,
        _ consumer: KafkaConsumer
    ) async throws -> ScanRange {
        let partitions = (0..<partitionCount).map { TopicPartition(topic, $0) }
        var range = ScanRange(topic: topic, partitions: [:])
        for partition in partitions {
            let (low, high) = try await consumer.watermarks(partition)
            range.partitions[partition.partition] = Partition(next: low, end: high)
        }
        let hasLookup = try await hasTimeLookup(range, partitions, consumer)
        for (bound, isStart) in [(start, true), (end, false)] {
            guard let bound else { continue }
            if case .time(let instant) = bound, !hasLookup {
                range.limit(to: instant.microseconds / 1000, isStart: isStart)
                continue
            }
            range.clamp(to: try await offsets(of: bound, partitions, consumer), isStart: isStart)
        }
        return range
    }

    /// A broker without time lookups answers "none" for time 0 although there are messages.
    private static func hasTimeLookup(
        _ range: ScanRange,
        _ partitions: [TopicPartition],
        _ consumer: KafkaConsumer
    ) async throws -> Bool {
        guard range.remaining > 0 else { return true }
        return try await consumer.offsets(at: 0, partitions).values.contains { $0 != nil }
    }

    private static func offsets(
        of bound: ScanBound,
        _ partitions: [TopicPartition],
        _ consumer: KafkaConsumer
    ) async throws -> [Int32: Int64] {
        switch bound {
        case .offsets(let offsets): return offsets
        case .time(let instant):
            var offsets: [Int32: Int64] = [:]
            for (partition, offset) in try await consumer.offsets(at: instant.microseconds / 1000, partitions) {
                // No message is that late: the bound is the end of the partition.
                offsets[partition.partition] = offset ?? .max
            }
            return offsets
        }
    }

    private mutating func limit(to milliseconds: Int64, isStart: Bool) {
        if isStart { earliest = milliseconds } else { latest = milliseconds }
    }

    /// A start that names offsets reads only the partitions that it names.
    private mutating func clamp(to offsets: [Int32: Int64], isStart: Bool) {
        for (number, partition) in partitions {
            if isStart {
                let next = max(partition.next, min(offsets[number] ?? .max, partition.end))
                partitions[number] = Partition(next: next, end: partition.end)
            } else if let offset = offsets[number] {
                partitions[number] = Partition(next: partition.next, end: min(partition.end, offset))
            }
        }
    }
}

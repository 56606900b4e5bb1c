import Kafka

/// Notices partitions that have lag and are polled, but whose position does not move.
package struct StallWatch {
    package struct Sample {
        package let partition: TopicPartition
        /// The next offset to read; `nil` if nothing was read yet.
        package let position: Int64?
        package let lag: Int64

        package init(partition: TopicPartition, position: Int64?, lag: Int64) {
            self.partition = partition
            self.position = position
            self.lag = lag
        }
    }

    private struct Standstill {
        let position: Int64?
        /// When the position was first seen, or last seen while the lane was not polled.
        var since: ContinuousClock.Instant
        var polls: Int
    }

    private let patience: Duration
    private var standstills: [TopicPartition: Standstill] = [:]

    package init(patience: Duration) { self.patience = patience }

    /// The partitions of the last sample.
    var partitions: Set<TopicPartition> { Set(standstills.keys) }

    /// - Parameters:
    ///   - polls: how often the lane was polled so far. A lane that is not polled makes no progress by intention.
    /// - Returns: the partitions that have not moved for longer than `patience`.
    package mutating func stalled(
        _ samples: [Sample],
        polls: Int,
        now: ContinuousClock.Instant
    ) -> [TopicPartition] {
        var current: [TopicPartition: Standstill] = [:]
        for sample in samples {
            var standstill = Standstill(position: sample.position, since: now, polls: polls)
            if let previous = standstills[sample.partition], previous.position == sample.position, sample.lag > 0,
                previous.polls < polls
            {
                standstill.since = previous.since
            }
            current[sample.partition] = standstill
        }
        standstills = current
        return samples.filter { sample in
            sample.lag > 0 && (current[sample.partition].map { now - $0.since > patience } ?? false)
        }.map(\.partition)
    }
}

import Kafka

/// Turns a lag in messages into seconds: the time since the end of the partition passed the consumer's position.
///
/// Between two samples the end is taken to move evenly, as Lightbend's kafka-lag-exporter does.
package struct LagClock {
    private struct Sample {
        let end: Int64
        let time: ContinuousClock.Instant
    }

    /// By partition, oldest first, the latest sample of each end.
    private var history: [TopicPartition: [Sample]] = [:]

    /// Half an hour at a sample every five seconds.
    private static let limit = 360

    package init() {}

    /// - Parameters:
    ///   - end: the offset after the last message of the partition.
    ///   - position: the next offset to read.
    /// - Returns: the seconds for which the message at `position` has been waiting; 0 at the end of the partition. If
    ///   it was there before the first sample, the seconds since then.
    package mutating func seconds(
        _ partition: TopicPartition,
        end: Int64,
        position: Int64,
        now: ContinuousClock.Instant
    ) -> Double {
        var samples = history[partition] ?? []
        // Of equal ends, the first and the last are kept: the end stood still between them.
        if samples.count > 1, samples[samples.count - 1].end == end, samples[samples.count - 2].end == end {
            samples.removeLast()
        }
        samples.append(Sample(end: end, time: now))
        if samples.count > Self.limit { samples.removeFirst(samples.count - Self.limit) }
        history[partition] = samples
        guard position < end else { return 0 }
        return (now - Self.time(samples, reached: position)) / .seconds(1)
    }

    /// When the end of the partition passed `position`.
    private static func time(_ samples: [Sample], reached position: Int64) -> ContinuousClock.Instant {
        guard let next = samples.firstIndex(where: { $0.end > position }) else {
            return samples[samples.count - 1].time
        }
        guard next > 0 else { return samples[0].time }
        let (before, after) = (samples[next - 1], samples[next])
        let share = Double(position - before.end) / Double(after.end - before.end)
        return before.time + (after.time - before.time) * share
    }

    /// Forgets a partition that was revoked.
    package mutating func remove(_ partition: TopicPartition) { history[partition] = nil }
}

import Kafka
import Logging

/// Measures the lag of a loop's lanes beside the loop, so that the figures stay current while the loop is busy, and
/// notices assigned partitions that are polled but never fetched.
struct LagSampler: Sendable {
    private let lanes: [LaneConsumer]
    private let worker: String
    /// A client of its own: the lanes' consumers serve the loop.
    private let probe: KafkaConsumer
    private let health: LoopHealth
    private let metrics: Metrics
    private let logger: Logger

    private static let interval = Duration.seconds(5)
    /// How long a partition with lag may stand still, although its lane is polled, before it is reported.
    private static let patience = Duration.seconds(30)

    init(
        _ lanes: [LaneConsumer],
        worker: String,
        probe: KafkaConsumer,
        health: LoopHealth,
        metrics: Metrics,
        logger: Logger
    ) {
        self.lanes = lanes
        self.worker = worker
        self.probe = probe
        self.health = health
        self.metrics = metrics
        self.logger = logger
    }

    /// Samples until the task is cancelled.
    func run() async {
        var watches = lanes.map { _ in StallWatch(patience: Self.patience) }
        var clocks = lanes.map { _ in LagClock() }
        while !Task.isCancelled {
            for (index, lane) in lanes.enumerated() {
                // An outage of the brokers shows elsewhere; the next sample tries again.
                do { try await sample(lane, &watches[index], &clocks[index]) } catch {
                    logger.debug("no lag: \(error)")
                    // An old figure would look like a current one.
                    for partition in watches[index].partitions { remove(partition, lane) }
                }
            }
            metrics.set("giddyup_ready", ["worker": worker, "loop": health.name], health.isReady ? 1 : 0)
            metrics.set(
                "giddyup_seconds_since_progress",
                ["worker": worker, "loop": health.name],
                health.secondsSinceProgress
            )
            try? await Task.sleep(for: Self.interval)
        }
    }

    private func sample(_ lane: LaneConsumer, _ watch: inout StallWatch, _ clock: inout LagClock) async throws {
        let polls = lane.pollCount
        let ends = try await probe.endOffsets(Array(lane.assigned))
        let positions = try await lane.positions()
        for partition in watch.partitions.subtracting(ends.keys) {
            remove(partition, lane)
            clock.remove(partition)
        }
        var sample: [StallWatch.Sample] = []
        for (partition, end) in ends {
            var position = positions[partition]
            // Messages that have expired are no lag.
            if end > position ?? 0 { position = max(position ?? 0, try await probe.watermarks(partition).low) }
            let lag = max(0, end - (position ?? 0))
            sample.append(StallWatch.Sample(partition: partition, position: position, lag: lag))
        }
        for value in sample {
            let labels = Self.labels(value.partition, lane)
            metrics.set("giddyup_consumer_lag", labels, Double(value.lag))
            let (end, position) = (ends[value.partition] ?? 0, value.position ?? 0)
            let seconds = clock.seconds(value.partition, end: end, position: position, now: .now)
            metrics.set("giddyup_consumer_lag_seconds", labels, seconds)
        }
        metrics.set("giddyup_blocked_partitions", labels(lane), Double(lane.blockedCount))
        report(watch.stalled(sample, polls: polls, now: .now), on: lane)
    }

    /// A revoked partition is no longer this worker's to report.
    private func remove(_ partition: TopicPartition, _ lane: LaneConsumer) {
        for name in ["giddyup_consumer_lag", "giddyup_consumer_lag_seconds"] {
            metrics.remove(name, Self.labels(partition, lane))
        }
    }

    /// A worker may have several loops, each with lanes of its own.
    private func labels(_ lane: LaneConsumer) -> [String: String] {
        [
            "worker": worker, "lane": lane.lane.rawValue, "messaging_destination_name": lane.topic,
            "messaging_consumer_group_name": lane.group,
        ]
    }

    private static func labels(_ partition: TopicPartition, _ lane: LaneConsumer) -> [String: String] {
        [
            "messaging_destination_name": partition.topic,
            "messaging_destination_partition_id": "\(partition.partition)",
            "messaging_consumer_group_name": lane.group, "lane": lane.lane.rawValue,
        ]
    }

    private func report(_ stalled: [TopicPartition], on lane: LaneConsumer) {
        metrics.set("giddyup_stalled_partitions", labels(lane), Double(stalled.count))
        let list = stalled.sorted().map(\.description).joined(separator: ", ")
        let problem = stalled.isEmpty ? nil : "assigned but not fetched: \(list)"
        health.report("stalled \(lane.lane.rawValue)", problem)
        if let problem { logger.error("\(problem)") }
    }
}

import Kafka

/// The figures of one lane. Labels follow OpenTelemetry's conventions for messaging, dots as underscores.
struct LaneMetrics: Sendable {
    private let metrics: Metrics
    private let labels: [String: String]

    init(_ metrics: Metrics, worker: String, _ lane: LaneConsumer) {
        self.metrics = metrics
        labels = [
            "worker": worker, "lane": lane.lane.rawValue, "messaging_system": "kafka",
            "messaging_destination_name": lane.topic, "messaging_consumer_group_name": lane.group,
        ]
    }

    func enter(_ messages: [KafkaMessage]) {
        metrics.set("giddyup_messages_in_flight", labels, Double(messages.count))
    }

    /// - Parameter finished: how many messages of the batch were finished, dead letters included.
    func end(finished: Int, seconds: Double) {
        metrics.add("giddyup_messages_total", labels, Double(finished))
        metrics.observe("giddyup_batch_seconds", labels, seconds: seconds)
    }

    /// Records that the batch is finished, or that its messages come again.
    func leave() { metrics.set("giddyup_messages_in_flight", labels, 0) }
}

import Kafka
import Messages
import Synchronization

/// The consumer of one lane. It tracks which partitions are assigned, and which were revoked since the last poll.
final class LaneConsumer: Sendable {
    let lane: Lane
    let topic: String
    private let consumer: KafkaConsumer
    private let state: Mutex<State>

    private struct State {
        var assigned: Set<TopicPartition> = []
        /// Partitions revoked since the last `poll`, while their messages may be in flight.
        var revoked: Set<TopicPartition> = []
        var isPaused = false
    }

    init(
        _ lane: Lane,
        topic: String,
        _ properties: [String: String],
        log: @escaping KafkaLog.Sink
    ) async throws(KafkaError) {
        self.lane = lane
        self.topic = topic
        let callbackTarget = CallbackTarget()
        consumer = try KafkaConsumer(
            properties,
            rebalance: KafkaRebalanceHandlers(
                onAssign: { partitions in callbackTarget.lane?.assign(partitions) },
                // Each batch commits its own offsets, so there is nothing to commit here.
                onRevoke: { partitions, _, _ in callbackTarget.lane?.revoke(partitions) }
            ),
            log: log
        )
        state = Mutex(State())
        callbackTarget.lane = self
        try await consumer.subscribe([topic])
    }

    /// Connects the rebalance callbacks, which exist first, to the lane.
    ///
    /// `@unchecked Sendable`: written once, before `subscribe` lets a callback run.
    private final class CallbackTarget: @unchecked Sendable {
        weak var lane: LaneConsumer?
    }

    private func assign(_ partitions: [TopicPartition]) {
        state.withLock { $0.assigned.formUnion(partitions) }
    }

    private func revoke(_ partitions: [TopicPartition]) {
        state.withLock { state in
            state.assigned.subtract(partitions)
            state.revoked.formUnion(partitions)
        }
    }

    var assigned: Set<TopicPartition> { state.withLock { $0.assigned } }

    /// Whether the message's partition was revoked after the message was polled.
    func isRevoked(_ message: KafkaMessage) -> Bool { state.withLock { $0.revoked.contains(message.source) } }

    func poll(limit: Int, timeout: Duration) async throws(KafkaError) -> [KafkaMessage] {
        state.withLock { $0.revoked = [] }
        return try await consumer.poll(limit: limit, timeout: timeout)
    }

    /// Polls with every partition paused, so that the group does not evict this member while it works.
    func keepAlive() async throws(KafkaError) {
        state.withLock { $0.isPaused = true }
        try await consumer.pause(Array(assigned))
        let unexpected = try await consumer.poll(limit: 100, timeout: .zero)
        guard !unexpected.isEmpty else { return }
        // The poll assigned new partitions and fetched from them before they were paused.
        try await consumer.pause(Array(assigned))
        try await seekBack(unexpected)
    }

    /// Undoes the pause of `keepAlive`.
    func resume() async throws(KafkaError) {
        let wasPaused = state.withLock { state in
            defer { state.isPaused = false }
            return state.isPaused
        }
        if wasPaused { try await consumer.resume(Array(assigned)) }
    }

    /// Seeks back to messages that were polled and not handled, so that the next poll returns them again.
    func rewind(_ messages: [KafkaMessage]) async throws(KafkaError) {
        try await seekBack(messages.filter { !isRevoked($0) })
    }

    private func seekBack(_ messages: [KafkaMessage]) async throws(KafkaError) {
        var earliest: [TopicPartition: Int64] = [:]
        for message in messages {
            earliest[message.source] = min(earliest[message.source] ?? .max, message.offset)
        }
        let assigned = assigned
        try await consumer.seek(earliest.filter { assigned.contains($0.key) })
    }

    /// Commits the next offsets of the partitions that are still assigned.
    func commit(_ offsets: [TopicPartition: Int64]) async throws(KafkaError) {
        let revoked = state.withLock { $0.revoked }
        try await consumer.commit(offsets.filter { !revoked.contains($0.key) })
    }

    /// Messages not yet polled, by partition, according to the last fetches.
    func lag() async -> [TopicPartition: Int64] { (try? await consumer.lag(Array(assigned))) ?? [:] }

    func close() async throws(KafkaError) { try await consumer.close() }
}

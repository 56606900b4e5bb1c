import Kafka
import Messages
import Synchronization

/// The consumer of one lane. It tracks which partitions are assigned, which were revoked since the last poll, and which
/// are blocked until a retry.
final class LaneConsumer: Sendable {
    let lane: Lane
    let topic: String
    private let consumer: KafkaConsumer
    private let state: Mutex<State>

    private struct State {
        var assigned: Set<TopicPartition> = []
        /// Partitions revoked since the last `poll`, while their messages may be in flight.
        var revoked: Set<TopicPartition> = []
        var blocked: [TopicPartition: Blocked] = [:]
        /// Whether `keepAlive` has paused every partition.
        var isPaused = false
        var polls = 0
    }

    /// A partition that is paused until a retry.
    private struct Blocked {
        var backoff = Backoff()
        var until = ContinuousClock.now
        var isPaused = true
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
            for partition in partitions { state.blocked[partition] = nil }
        }
    }

    var assigned: Set<TopicPartition> { state.withLock { $0.assigned } }

    /// How many partitions are paused until a retry.
    var blockedCount: Int { state.withLock { $0.blocked.values.count(where: \.isPaused) } }

    /// How often the lane was polled for messages.
    var pollCount: Int { state.withLock { $0.polls } }

    /// Whether the message's partition was revoked after the message was polled.
    func isRevoked(_ message: KafkaMessage) -> Bool { state.withLock { $0.revoked.contains(message.source) } }

    /// Polls the partitions that are not blocked, and those whose time to retry has come.
    func poll(limit: Int, timeout: Duration) async throws(KafkaError) -> [KafkaMessage] {
        let due = state.withLock { state in
            state.revoked = []
            state.polls += 1
            let due = state.blocked.filter { $0.value.isPaused && $0.value.until <= .now }.map(\.key)
            for partition in due { state.blocked[partition]?.isPaused = false }
            return due
        }
        if !due.isEmpty { try await consumer.resume(due) }
        return try await consumer.poll(limit: limit, timeout: timeout)
    }

    /// Blocks partitions from an offset on: the next poll after a backoff returns the message at that offset again.
    func block(_ offsets: [TopicPartition: Int64]) async throws(KafkaError) {
        let current = state.withLock { state in
            let current = offsets.filter { state.assigned.contains($0.key) }
            for partition in current.keys {
                var blocked = state.blocked[partition] ?? Blocked()
                blocked.until = .now + blocked.backoff.next()
                blocked.isPaused = true
                state.blocked[partition] = blocked
            }
            return current
        }
        guard !current.isEmpty else { return }
        try await consumer.pause(Array(current.keys))
        try await consumer.seek(current)
    }

    /// Forgets the backoff of partitions that have made progress.
    func unblock(_ partitions: some Sequence<TopicPartition>) {
        state.withLock { state in
            for partition in partitions { state.blocked[partition] = nil }
        }
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

    /// Undoes the pause of `keepAlive`, except for blocked partitions.
    func resume() async throws(KafkaError) {
        let paused: [TopicPartition] = state.withLock { state in
            defer { state.isPaused = false }
            guard state.isPaused else { return [] }
            return state.assigned.filter { state.blocked[$0]?.isPaused != true }
        }
        if !paused.isEmpty { try await consumer.resume(paused) }
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

    /// Where each assigned partition stands: the next offset to read, if anything was read yet.
    func positions() async throws(KafkaError) -> [TopicPartition: Int64] {
        try await consumer.positions(Array(assigned))
    }

    func close() async throws(KafkaError) { try await consumer.close() }
}

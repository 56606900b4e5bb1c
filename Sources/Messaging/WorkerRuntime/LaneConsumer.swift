import Kafka
import Messages
import Synchronization

/// The consumer of one lane. Rebalances run inside its polls.
final class LaneConsumer: Sendable {
    let lane: Lane
    let topic: String
    let group: String
    private let consumer: KafkaConsumer
    private let state = Mutex(LaneState())

    init(
        _ lane: Lane,
        topic: String,
        group: String,
        _ properties: [String: String],
        log: @escaping KafkaLog.Sink
    ) async throws(KafkaError) {
        self.lane = lane
        self.topic = topic
        self.group = group
        let callbackTarget = CallbackTarget()
        consumer = try KafkaConsumer(
            properties,
            rebalance: KafkaRebalanceHandlers(
                onAssign: { partitions in callbackTarget.lane?.state.withLock { $0.assign(partitions) } },
                onRevoke: { partitions, isLost, committer in
                    guard let lane = callbackTarget.lane else { return }
                    // Their last commit may be unanswered, or not begun.
                    let owed = lane.state.withLock { $0.uncommitted.filter { partitions.contains($0.key) } }
                    if !isLost { Self.reporting(log) { () throws(KafkaError) in try committer.commit(owed) } }
                    lane.state.withLock { $0.revoke(partitions) }
                }
            ),
            onCommit: { answer in
                Self.reporting(log) { () throws(KafkaError) in if let error = answer.error { throw error } }
                callbackTarget.lane?.state.withLock { $0.endCommit(answer, now: .now) }
            },
            log: log
        )
        callbackTarget.lane = self
        try await consumer.subscribe([topic])
    }

    /// Logs what is repeated later, or delivered again to another worker; handlers are idempotent.
    private static func reporting(_ log: KafkaLog.Sink, _ body: () throws(KafkaError) -> Void) {
        do throws(KafkaError) { try body() } catch {
            log(KafkaLog(level: 4, facility: "COMMIT", message: "offsets were not committed: \(error)"))
        }
    }

    /// Connects the rebalance callbacks, which exist first, to the lane.
    ///
    /// `@unchecked Sendable`: written once, before `subscribe` lets a callback run.
    private final class CallbackTarget: @unchecked Sendable {
        weak var lane: LaneConsumer?
    }

    var assigned: Set<TopicPartition> { state.withLock { $0.assigned } }

    /// How many partitions are paused until a retry.
    var blockedCount: Int { state.withLock { $0.blockedCount } }

    /// How often the lane was polled for messages.
    var pollCount: Int { state.withLock { $0.polls } }

    /// When the lane was last polled, with or without taking messages.
    var lastPoll: ContinuousClock.Instant { state.withLock { $0.lastPoll } }

    /// Whether the message's partition was revoked after the message was polled.
    func isRevoked(_ message: KafkaMessage) -> Bool { state.withLock { $0.isRevoked(message) } }

    /// Polls the partitions that are not blocked, and those whose time to retry has come.
    func poll(limit: Int, timeout: Duration) async throws(KafkaError) -> [KafkaMessage] {
        let due = state.withLock { $0.beginPoll(now: .now) }
        try await performSeeks()
        if !due.isEmpty {
            try await consumer.resume(due)
            state.withLock { $0.recordResumed(due) }
        }
        let messages = try await consumer.poll(limit: limit, timeout: timeout)
        state.withLock { $0.endPoll() }
        return messages
    }

    /// Blocks partitions from an offset on: the next poll after a backoff returns the message at that offset again.
    ///
    /// - Throws: `KafkaError`. After a retriable error the partitions are blocked, and the next poll seeks again.
    func block(_ offsets: [TopicPartition: Int64]) async throws(KafkaError) {
        let current = state.withLock { $0.block(offsets, now: .now) }
        guard !current.isEmpty else { return }
        try await consumer.pause(current)
        try await performSeeks()
    }

    /// Forgets the backoff of partitions that have made progress.
    func unblock(_ partitions: some Sequence<TopicPartition>) { state.withLock { $0.unblock(partitions) } }

    /// Polls with every partition paused, so that the group does not evict this member while it works.
    ///
    /// - Throws: a fatal `KafkaError`. Any other error is met again by the next poll for messages, which reports it; it
    ///   must not be taken for a fault of the message that is being handled.
    func keepAlive() async throws(KafkaError) {
        do throws(KafkaError) { try await pollPaused() } catch {
            if error.isFatal { throw error }
        }
    }

    private func pollPaused() async throws(KafkaError) {
        state.withLock { $0.pauseAll(now: .now) }
        try await consumer.pause(Array(assigned))
        let unexpected = try await consumer.poll(limit: 100, timeout: .zero)
        guard !unexpected.isEmpty else { return }
        // The poll assigned new partitions and fetched from them before they were paused.
        state.withLock { $0.owe(unexpected) }
        try await consumer.pause(Array(assigned))
        try await performSeeks()
    }

    /// Undoes the pause of `keepAlive`, except for blocked partitions.
    func resume() async throws(KafkaError) {
        let paused = state.withLock { $0.resumeAll() }
        if !paused.isEmpty { try await consumer.resume(paused) }
    }

    /// Sets the positions that are owed. Those that fail stay owed.
    private func performSeeks() async throws(KafkaError) {
        let owed = state.withLock { $0.owedSeeks }
        guard !owed.isEmpty else { return }
        try await consumer.seek(owed)
        state.withLock { $0.settleSeeks(owed) }
    }

    /// Records the next offsets of a finished batch, which are committed later if their partitions are still assigned.
    func finish(_ offsets: [TopicPartition: Int64], since start: ContinuousClock.Instant) {
        state.withLock { $0.finish(offsets, since: start) }
    }

    /// Begins the commit that is due, if any. A later poll receives the answer, so that no batch waits for it.
    func commitWhatIsDue() async throws(KafkaError) {
        let all = state.withLock { $0.beginCommit(now: .now) }
        guard !all.isEmpty else { return }
        do throws(KafkaError) { try await consumer.beginCommit(all) } catch {
            let answer = KafkaCommitAnswer(requested: all, committed: [:], error: error)
            state.withLock { $0.endCommit(answer, now: .now) }
            throw error
        }
    }

    /// Commits what is not committed yet, and waits for the answer.
    func finishCommits() async throws(KafkaError) {
        let all = state.withLock { $0.uncommitted }
        try await consumer.commit(all)
        state.withLock { $0.endCommit(KafkaCommitAnswer(requested: all, committed: all), now: .now) }
    }

    /// Where each assigned partition stands: the next offset to read. Where nothing was read since the partition was
    /// assigned, that is what the group has committed; if it has committed nothing, the partition is absent.
    func positions() async throws(KafkaError) -> [TopicPartition: Int64] {
        let assigned = assigned
        let read = try await consumer.positions(Array(assigned))
        let unread = assigned.subtracting(read.keys)
        guard !unread.isEmpty else { return read }
        let committed = try await consumer.committed(Array(unread)).compactMapValues(\.self)
        return read.merging(committed) { position, _ in position }
    }

    func close() async throws(KafkaError) { try await consumer.close() }
}

import Kafka

/// The state of a lane's partitions: which are assigned, which were revoked while their messages were in flight, which
/// are blocked until a retry, and which offsets must still be sought or committed.
package struct LaneState {
    /// A partition that is paused until a retry.
    private struct Blocked {
        var backoff = Backoff()
        var until = ContinuousClock.now
        var isPaused = true
    }

    package private(set) var assigned: Set<TopicPartition> = []
    /// Partitions revoked since the last poll for messages ended.
    private var revoked: Set<TopicPartition> = []
    private var blocked: [TopicPartition: Blocked] = [:]
    /// Positions that must be set before the next poll. One that cannot be set now is kept: a poll without it would
    /// pass messages over.
    package private(set) var owedSeeks: [TopicPartition: Int64] = [:]
    /// Offsets whose commit has not succeeded yet. The group rejects some during a rebalance. A partition that stays
    /// assigned is not read again, so nothing else would commit them.
    package private(set) var uncommitted: [TopicPartition: Int64] = [:]
    /// The commit that the group has not answered yet. There is one at a time, so that they arrive in order.
    private var underWay: [TopicPartition: Int64]?
    /// When the next commit may begin.
    private var nextCommit = ContinuousClock.now
    /// Whether every partition is paused while the worker works.
    private var isPaused = false
    /// How often the lane was polled for messages.
    package private(set) var polls = 0
    /// When the lane was last polled, with or without taking messages.
    package private(set) var lastPoll = ContinuousClock.now

    /// How long after the beginning of their batch offsets are committed, and the least time between two commits. A
    /// commit costs the brokers as much as a message, just when the next worker handles what this one has produced.
    /// Unless the brokers reject a commit, a crash repeats at most the work of this time, and of the batch in hand.
    package static let commitDelay = Duration.milliseconds(250)

    package init() {}

    package mutating func assign(_ partitions: [TopicPartition]) { assigned.formUnion(partitions) }

    package mutating func revoke(_ partitions: [TopicPartition]) {
        assigned.subtract(partitions)
        revoked.formUnion(partitions)
        for partition in partitions {
            blocked[partition] = nil
            owedSeeks[partition] = nil
            uncommitted[partition] = nil
        }
    }

    /// Begins a poll for messages.
    ///
    /// - Returns: the blocked partitions whose time to retry has come, to be resumed.
    package mutating func beginPoll(now: ContinuousClock.Instant) -> [TopicPartition] {
        polls += 1
        lastPoll = now
        return blocked.filter { $0.value.isPaused && $0.value.until <= now }.map(\.key)
    }

    /// Records that these partitions were resumed. Until then they stay due.
    package mutating func recordResumed(_ partitions: [TopicPartition]) {
        for partition in partitions { blocked[partition]?.isPaused = false }
    }

    /// Ends a poll for messages. Those that it returned are valid even if their partition was lost and regained in it.
    package mutating func endPoll() { revoked = [] }

    /// Whether the message's partition was revoked after the message was polled.
    package func isRevoked(_ message: KafkaMessage) -> Bool { revoked.contains(message.source) }

    /// Adds offsets to those that are to be committed, but for partitions that were revoked since they were polled.
    ///
    /// - Parameter start: when the batch began.
    package mutating func finish(_ offsets: [TopicPartition: Int64], since start: ContinuousClock.Instant) {
        let current = offsets.filter { !revoked.contains($0.key) }
        if uncommitted.isEmpty, !current.isEmpty { nextCommit = start + Self.commitDelay }
        uncommitted.merge(current) { max($0, $1) }
    }

    /// Begins the commit that is due.
    ///
    /// - Returns: what to commit now; nothing before that is due, or while an earlier commit is unanswered.
    package mutating func beginCommit(now: ContinuousClock.Instant) -> [TopicPartition: Int64] {
        guard underWay == nil, !uncommitted.isEmpty, nextCommit <= now else { return [:] }
        underWay = uncommitted
        nextCommit = now + Self.commitDelay
        return uncommitted
    }

    /// Records the answer to a commit.
    package mutating func endCommit(_ answer: KafkaCommitAnswer, now: ContinuousClock.Instant) {
        // The commits of a revoke and of a stop, which wait for their answers, are answered here as well.
        if answer.requested == underWay { underWay = nil }
        for (partition, offset) in answer.committed where uncommitted[partition] == offset {
            uncommitted[partition] = nil
        }
        if answer.error != nil { nextCommit = now + .seconds(1) }
    }

    /// Blocks partitions from an offset on, each until its backoff has passed.
    ///
    /// - Returns: the partitions to pause: those that are still assigned.
    package mutating func block(
        _ offsets: [TopicPartition: Int64],
        now: ContinuousClock.Instant
    ) -> [TopicPartition] {
        // A partition that was lost and regained starts at its committed offset.
        let current = offsets.filter { assigned.contains($0.key) && !revoked.contains($0.key) }
        for partition in current.keys {
            var entry = blocked[partition] ?? Blocked()
            entry.until = now + entry.backoff.next()
            entry.isPaused = true
            blocked[partition] = entry
        }
        owe(current)
        return Array(current.keys)
    }

    /// Forgets the backoff of partitions that have made progress.
    package mutating func unblock(_ partitions: some Sequence<TopicPartition>) {
        for partition in partitions { blocked[partition] = nil }
    }

    /// How many partitions are paused until a retry.
    package var blockedCount: Int { blocked.values.count(where: \.isPaused) }

    /// Owes a seek to the earliest of these messages of each assigned partition.
    package mutating func owe(_ messages: [KafkaMessage]) {
        var earliest: [TopicPartition: Int64] = [:]
        for message in messages where assigned.contains(message.source) {
            earliest[message.source] = min(earliest[message.source] ?? .max, message.offset)
        }
        owe(earliest)
    }

    private mutating func owe(_ offsets: [TopicPartition: Int64]) { owedSeeks.merge(offsets) { min($0, $1) } }

    /// Records that these seeks succeeded.
    package mutating func settleSeeks(_ offsets: [TopicPartition: Int64]) {
        for (partition, offset) in offsets where owedSeeks[partition] == offset { owedSeeks[partition] = nil }
    }

    /// Begins a poll that takes no messages.
    package mutating func pauseAll(now: ContinuousClock.Instant) {
        isPaused = true
        lastPoll = now
    }

    /// Undoes `pauseAll`.
    ///
    /// - Returns: the partitions to resume: all but those that are blocked.
    package mutating func resumeAll() -> [TopicPartition] {
        defer { isPaused = false }
        guard isPaused else { return [] }
        return assigned.filter { blocked[$0]?.isPaused != true }
    }
}

import Kafka
import Testing
import WorkerRuntime

@Suite(.timeLimit(.minutes(20))) struct LaneStateTests {
    private let partition = TopicPartition("topic", 0)
    private let other = TopicPartition("topic", 1)

    private func message(_ offset: Int64, _ partition: TopicPartition? = nil) -> KafkaMessage {
        KafkaMessage(source: partition ?? self.partition, offset: offset, key: nil, value: nil)
    }

    private let start = ContinuousClock.now
    /// When the offsets of a short batch that began at `start` are committed.
    private var due: ContinuousClock.Instant { start + LaneState.commitDelay }

    private let rejection = KafkaError(configuration: "rejected")

    private func success(_ offsets: [TopicPartition: Int64]) -> KafkaCommitAnswer {
        KafkaCommitAnswer(requested: offsets, committed: offsets)
    }

    private func failure(_ offsets: [TopicPartition: Int64]) -> KafkaCommitAnswer {
        KafkaCommitAnswer(requested: offsets, committed: [:], error: rejection)
    }

    private func assigned() -> LaneState {
        var state = LaneState()
        state.assign([partition, other])
        return state
    }

    @Test func `a message is revoked with its partition, until the next poll`() {
        var state = assigned()
        state.revoke([partition])
        #expect(state.isRevoked(message(1)) && !state.isRevoked(message(1, other)))
        state.finish([partition: 2, other: 2], since: start)
        #expect(state.uncommitted == [other: 2])
    }

    /// The poll returns messages fetched after the partition came back. Skipping them would pass them over, because the
    /// consumer's position is behind them.
    @Test func `messages of a partition that was lost and regained within one poll are valid`() {
        var state = assigned()
        _ = state.beginPoll(now: .now)
        state.revoke([partition])
        state.assign([partition])
        state.endPoll()
        #expect(!state.isRevoked(message(1)))
        state.finish([partition: 2], since: start)
        #expect(state.uncommitted == [partition: 2])
    }

    @Test func `offsets of batches that end soon after one another are committed together`() {
        var state = assigned()
        state.finish([partition: 5], since: start)
        #expect(state.beginCommit(now: start + .milliseconds(249)).isEmpty)
        state.finish([partition: 6, other: 3], since: start + .milliseconds(200))
        #expect(state.beginCommit(now: due) == [partition: 6, other: 3])
        state.endCommit(success([partition: 6, other: 3]), now: due)
        #expect(state.beginCommit(now: start + .seconds(9)).isEmpty, "nothing is left")
    }

    /// Otherwise a crash in the next long batch would repeat this one too.
    @Test func `the offsets of a batch that took long are committed at once`() {
        var state = assigned()
        state.finish([partition: 5], since: start)
        #expect(state.beginCommit(now: start + .seconds(600)) == [partition: 5])
    }

    /// A rebalance rejects commits. A partition that stays assigned is not read again, so nothing else commits them.
    @Test func `offsets that were rejected are committed again`() {
        var state = assigned()
        state.finish([partition: 5, other: 3], since: start)
        #expect(state.beginCommit(now: due) == [partition: 5, other: 3])
        state.endCommit(failure([partition: 5, other: 3]), now: due)
        state.finish([other: 7], since: due)
        #expect(state.beginCommit(now: due + .milliseconds(999)).isEmpty)
        #expect(
            state.beginCommit(now: due + .seconds(1)) == [partition: 5, other: 7],
            "the newer offset counts"
        )
        state.endCommit(
            KafkaCommitAnswer(requested: [partition: 5, other: 7], committed: [partition: 5], error: rejection),
            now: due
        )
        #expect(state.uncommitted == [other: 7])
        state.revoke([other])
        #expect(state.uncommitted.isEmpty, "they are the new owner's to commit")
        #expect(state.beginCommit(now: start + .seconds(9)).isEmpty)
    }

    /// Two commits under way could arrive in either order.
    @Test func `there is one commit at a time`() {
        var state = assigned()
        state.finish([partition: 5], since: start)
        #expect(state.beginCommit(now: due) == [partition: 5])
        state.finish([partition: 6, other: 2], since: due)
        #expect(state.beginCommit(now: start + .seconds(9)).isEmpty, "the first is not answered yet")
        state.endCommit(success([partition: 5]), now: due)
        #expect(state.beginCommit(now: due + .milliseconds(249)).isEmpty, "too soon after the first")
        #expect(state.beginCommit(now: due + LaneState.commitDelay) == [partition: 6, other: 2])
        state.endCommit(success([partition: 5]), now: due)
        #expect(state.beginCommit(now: start + .seconds(9)).isEmpty, "the answer to another commit")
        state.endCommit(success([partition: 6, other: 2]), now: due)
        #expect(state.uncommitted.isEmpty)
    }

    @Test func `a seek is owed until it succeeds`() {
        var state = assigned()
        state.owe([message(7), message(5), message(3, other), message(9)])
        #expect(state.owedSeeks == [partition: 5, other: 3])
        state.owe([message(4), message(6, other)])
        #expect(state.owedSeeks == [partition: 4, other: 3], "the earliest message is not passed over")
        state.settleSeeks([partition: 5, other: 3])
        #expect(state.owedSeeks == [partition: 4], "a seek to another offset does not count")
        state.settleSeeks([partition: 4])
        #expect(state.owedSeeks.isEmpty)
    }

    @Test func `a revoked partition owes no seek and is not blocked`() {
        var state = assigned()
        #expect(state.block([partition: 5], now: .now) == [partition])
        #expect(state.blockedCount == 1 && state.owedSeeks == [partition: 5])
        state.revoke([partition])
        #expect(state.blockedCount == 0 && state.owedSeeks.isEmpty)
        #expect(state.block([partition: 5], now: .now).isEmpty, "the new owner retries")
        state.assign([partition])
        #expect(state.block([partition: 5], now: .now).isEmpty, "it is read again from its committed offset")
    }

    @Test func `a blocked partition is resumed when its backoff has passed`() {
        var state = assigned()
        let start = ContinuousClock.now
        _ = state.block([partition: 5], now: start)
        #expect(state.beginPoll(now: start).isEmpty)
        state.pauseAll(now: start)
        #expect(state.resumeAll() == [other], "a blocked partition stays paused after long work")
        #expect(state.beginPoll(now: start + .seconds(11)) == [partition])
        #expect(state.beginPoll(now: start + .seconds(11)) == [partition], "it is due until it was resumed")
        state.recordResumed([partition])
        #expect(state.blockedCount == 0 && state.beginPoll(now: start + .seconds(11)).isEmpty)
    }
}

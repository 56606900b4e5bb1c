import Kafka
import Testing
import WorkerRuntime

@Suite(.timeLimit(.minutes(20))) struct StallWatchTests {
    private let partition = TopicPartition("topic", 3)
    private let start = ContinuousClock.now

    private func sample(_ position: Int64?, lag: Int64) -> StallWatch.Sample {
        StallWatch.Sample(partition: partition, position: position, lag: lag)
    }

    @Test func `reports a partition that is polled, has lag and does not move`() {
        var watch = StallWatch(patience: .seconds(30))
        for second in stride(from: 0, through: 30, by: 5) {
            let now = start + .seconds(second)
            #expect(watch.stalled([sample(4, lag: 2)], polls: second + 1, now: now).isEmpty)
        }
        #expect(watch.stalled([sample(4, lag: 2)], polls: 100, now: start + .seconds(35)) == [partition])
        #expect(watch.stalled([sample(5, lag: 1)], polls: 200, now: start + .seconds(40)).isEmpty, "it has moved")
    }

    @Test func `does not report a partition that was read to its end`() {
        var watch = StallWatch(patience: .seconds(30))
        _ = watch.stalled([sample(4, lag: 0)], polls: 1, now: start)
        #expect(watch.stalled([sample(4, lag: 0)], polls: 100, now: start + .seconds(300)).isEmpty)
        #expect(watch.stalled([sample(4, lag: 1)], polls: 200, now: start + .seconds(305)).isEmpty, "a new message")
    }

    /// The backfill lane is not polled while the live lane has messages.
    @Test func `does not report a lane that is not polled`() {
        var watch = StallWatch(patience: .seconds(30))
        for second in stride(from: 0, through: 300, by: 5) {
            let now = start + .seconds(second)
            #expect(watch.stalled([sample(4, lag: 2)], polls: 1, now: now).isEmpty)
        }
    }

    @Test func `reports a partition from which nothing was ever read`() {
        var watch = StallWatch(patience: .seconds(30))
        _ = watch.stalled([sample(nil, lag: 9)], polls: 1, now: start)
        #expect(watch.stalled([sample(nil, lag: 9)], polls: 2, now: start + .seconds(31)) == [partition])
    }
}

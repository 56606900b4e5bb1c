import Kafka
import Testing
import WorkerRuntime

@Suite(.timeLimit(.minutes(20))) struct LagClockTests {
    private let partition = TopicPartition("topic", 3)
    private let start = ContinuousClock.now

    @Test func `a consumer at the end is not behind`() {
        var clock = LagClock()
        #expect(clock.seconds(partition, end: 10, position: 10, now: start) == 0)
        #expect(clock.seconds(partition, end: 10, position: 10, now: start + .seconds(60)) == 0)
    }

    @Test func `a message waits since the end passed it`() {
        var clock = LagClock()
        _ = clock.seconds(partition, end: 10, position: 10, now: start)
        _ = clock.seconds(partition, end: 10, position: 10, now: start + .seconds(60))
        // Ten messages came evenly in the ten seconds before.
        let seconds = clock.seconds(partition, end: 20, position: 15, now: start + .seconds(70))
        #expect(abs(seconds - 5) < 1e-9)
        #expect(abs(clock.seconds(partition, end: 20, position: 10, now: start + .seconds(80)) - 20) < 1e-9)
    }

    @Test func `what was there before the first sample waits since then`() {
        var clock = LagClock()
        _ = clock.seconds(partition, end: 10, position: 2, now: start)
        #expect(abs(clock.seconds(partition, end: 10, position: 2, now: start + .seconds(30)) - 30) < 1e-9)
        clock.remove(partition)
        #expect(clock.seconds(partition, end: 10, position: 2, now: start + .seconds(40)) == 0)
    }
}

/// Decides when the backfill lane is polled and how many messages are taken, so that a live message never waits longer
/// than one unit of backfill work.
package struct BackfillPacer {
    /// The longest that one unit of backfill work may take.
    let unit: Duration
    private var secondsPerMessage: Double?
    private var backoff = Backoff()
    private var nextAttempt = ContinuousClock.now
    /// Whether the last poll returned nothing, or the last batch was deferred.
    package private(set) var isIdle = true

    package init(unit: Duration) { self.unit = unit }

    /// How many messages fit into one unit, judging by the recent ones; 1 until a batch was measured.
    package var limit: Int {
        guard let secondsPerMessage, secondsPerMessage > 0 else { return 1 }
        return max(1, Int(unit / .seconds(1) / secondsPerMessage))
    }

    /// Whether the lane may be polled now.
    package var isDue: Bool { nextAttempt <= .now }

    package mutating func recordPoll(isEmpty: Bool) { isIdle = isEmpty }

    /// Records a finished batch.
    package mutating func recordBatch(of count: Int, took duration: Duration) {
        let latest = duration / .seconds(1) / Double(count)
        secondsPerMessage = secondsPerMessage.map { $0 * 0.7 + latest * 0.3 } ?? latest
        backoff = Backoff()
    }

    /// Delays the next poll after a batch that could not be finished.
    package mutating func deferNextPoll() {
        nextAttempt = .now + backoff.next()
        isIdle = true
    }
}

/// Decides how many messages of the backfill lane are taken at a time, so that a live message never waits longer than
/// one unit of backfill work.
package struct BackfillPacer {
    /// The longest that one unit of backfill work may take.
    let unit: Duration
    private var secondsPerMessage: Double?
    /// Whether the last poll returned nothing.
    package private(set) var isIdle = true

    package init(unit: Duration) { self.unit = unit }

    /// How many messages fit into one unit, judging by the recent ones; 1 until a batch was measured.
    package var limit: Int {
        guard let secondsPerMessage, secondsPerMessage > 0 else { return 1 }
        return max(1, Int(unit / .seconds(1) / secondsPerMessage))
    }

    package mutating func recordPoll(isEmpty: Bool) { isIdle = isEmpty }

    /// Records how long a batch took.
    package mutating func recordBatch(of count: Int, took duration: Duration) {
        let latest = duration / .seconds(1) / Double(count)
        secondsPerMessage = secondsPerMessage.map { $0 * 0.7 + latest * 0.3 } ?? latest
    }
}

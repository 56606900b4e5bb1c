import Synchronization

/// Tells a bug or a bad rollout from poison: watches what became of the latest messages, over batches.
///
/// If nearly all of them fail, dead-lettering would empty the topic. Payloads that cannot be decoded at all are poison,
/// however many there are, and do not count as failures.
package final class FailureWindow: Sendable {
    private let results = Mutex<[Bool]>([])
    private let size: Int
    private let limit: Int

    /// - Parameters:
    ///   - size: how many of the latest messages are watched.
    ///   - limit: the fewest failures that can trip the window.
    package init(size: Int = 40, limit: Int = 10) {
        self.size = size
        self.limit = limit
    }

    /// Records a batch, unless its failures trip the window.
    ///
    /// - Returns: whether at least `limit` of the latest messages have failed, and more than three quarters of them.
    func trips(failures: Int, others: Int) -> Bool {
        results.withLock { results in
            let batch = Array(repeating: true, count: failures) + Array(repeating: false, count: others)
            // A batch larger than the window is judged as a whole.
            let latest = Array((results + batch).suffix(max(size, batch.count)))
            let failed = latest.count { $0 }
            if failures > 0, failed >= limit, failed * 4 > latest.count * 3 { return true }
            results = Array(latest.suffix(size))
            return false
        }
    }
}

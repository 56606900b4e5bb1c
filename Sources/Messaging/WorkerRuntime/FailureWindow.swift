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
            if failures > 0, isSuspicious(latest) { return true }
            results = Array(latest.suffix(size))
            return false
        }
    }

    /// Counts messages as failures that were recorded as handled, because the brokers reject what was made of them.
    ///
    /// - Returns: the same as `trips`.
    func tripsAfterRejecting(_ count: Int) -> Bool {
        results.withLock { results in
            var left = count
            for index in results.indices.reversed() where left > 0 && !results[index] {
                results[index] = true
                left -= 1
            }
            return isSuspicious(results)
        }
    }

    private func isSuspicious(_ latest: [Bool]) -> Bool {
        let failed = latest.count { $0 }
        return failed >= limit && failed * 4 > latest.count * 3
    }
}

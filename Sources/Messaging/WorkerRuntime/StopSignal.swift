import Synchronization

/// Says that the worker was asked to stop, and for how long it may go on with the batch in flight.
final class StopSignal: Sendable {
    private let raisedAt = Mutex<ContinuousClock.Instant?>(nil)
    /// How long the batch in flight may still take after the signal.
    private let drainBudget: Duration

    init(drainBudget: Duration) { self.drainBudget = drainBudget }

    func raise() { raisedAt.withLock { $0 = $0 ?? .now } }

    var isRaised: Bool { raisedAt.withLock { $0 != nil } }

    /// Whether the batch in flight must be abandoned now.
    var isOverdue: Bool { raisedAt.withLock { $0.map { ContinuousClock.now - $0 >= drainBudget } ?? false } }
}

/// The worker was asked to stop and abandons the batch in flight, which is delivered again to another worker.
struct WorkerStopping: Error, CustomStringConvertible {
    let description = "the worker is stopping and abandons the batch in flight"
}

import Synchronization

/// Whether a worker can work now: it has partitions, and it is not backing off after a failure.
public final class Readiness: Sendable {
    private let consuming = Atomic(false)
    private let healthy = Atomic(true)

    public init() {}

    /// Whether at least one partition is assigned.
    public var isConsuming: Bool {
        get { consuming.load(ordering: .relaxed) }
        set { consuming.store(newValue, ordering: .relaxed) }
    }

    /// Whether the last attempt succeeded.
    public var isHealthy: Bool {
        get { healthy.load(ordering: .relaxed) }
        set { healthy.store(newValue, ordering: .relaxed) }
    }

    public var isReady: Bool { isConsuming && isHealthy }
}

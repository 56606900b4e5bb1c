import Synchronization

/// Whether a worker can do its work now: it takes part in its group, and is not waiting out a failure.
public final class Readiness: Sendable {
    private let consuming = Atomic(false)
    private let healthy = Atomic(true)

    public init() {}

    public var isConsuming: Bool {
        get { consuming.load(ordering: .relaxed) }
        set { consuming.store(newValue, ordering: .relaxed) }
    }
    public var isHealthy: Bool {
        get { healthy.load(ordering: .relaxed) }
        set { healthy.store(newValue, ordering: .relaxed) }
    }
    public var isReady: Bool { isConsuming && isHealthy }
}

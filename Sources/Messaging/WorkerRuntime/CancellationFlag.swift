import Synchronization

/// A flag that is raised once and read from any thread.
public final class CancellationFlag: Sendable {
    private let value = Atomic(false)

    public init() {}

    public var isRaised: Bool { value.load(ordering: .acquiring) }
    public func raise() { value.store(true, ordering: .releasing) }
}

/// The official result of one declared runner, as far as settlement needs it.
public struct RunnerOutcome: Sendable, Equatable {
    /// The official finishing position; `nil` for a non-runner, and for a starter without one (pulled up, fell,
    /// disqualified).
    public var position: Int?
    public var isWithdrawn: Bool

    public init(position: Int?, isWithdrawn: Bool = false) {
        self.position = position
        self.isWithdrawn = isWithdrawn
    }
}

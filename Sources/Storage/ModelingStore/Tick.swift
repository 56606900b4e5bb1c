import Racing
import RacingStore

/// A race and a moment at which it is due for scoring.
public struct Tick: Sendable, Equatable {
    public let key: RaceKey
    public let asOf: Instant

    public init(key: RaceKey, asOf: Instant) {
        self.key = key
        self.asOf = asOf
    }
}

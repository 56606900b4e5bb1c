import Racing
import RacingStore

/// A race and a moment at which it is due for scoring.
public struct Tick: Sendable, Equatable {
    public let key: RaceKey
    public let asOf: Instant

    /// The natural key of a tick; `asOf` in microseconds.
    public struct ID: Sendable, Hashable {
        public let raceID: Int64
        public let asOf: Int64

        public init(raceID: Int64, asOf: Int64) {
            self.raceID = raceID
            self.asOf = asOf
        }
    }

    public init(key: RaceKey, asOf: Instant) {
        self.key = key
        self.asOf = asOf
    }
}

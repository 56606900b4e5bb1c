import Racing

/// A race and its off.
public struct ScheduledRace: Sendable, Hashable {
    public let key: RaceKey
    public let off: Instant
    public let isHandicap: Bool

    public init(key: RaceKey, off: Instant, isHandicap: Bool) {
        self.key = key
        self.off = off
        self.isHandicap = isHandicap
    }
}

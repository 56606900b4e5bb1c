import Racing

/// A row of `modeling.signals`, with the columns that a person or a bot needs.
public struct StoredSignal: Sendable, Equatable {
    public let asOf: Instant
    public let raceID: Int64
    public let horseID: Int64
    public let pWin: Double
    public let fairOdds: Double
    /// Decimal odds; `nil` if no price was available.
    public let odds: Double?
    public let edge: Double?
    /// Stake in units.
    public let stake: Double
    public let reasonsJSON: String
}

import Racing

/// A row of `racing.live_prices`.
public struct PriceRecord: Sendable, Equatable {
    public var raceID: Int64
    public var runnerID: Int64
    public var at: Instant
    public var back: Double?
    public var lay: Double?
    public var vwap: Double?
    public var volume: Double?

    public init(
        raceID: Int64,
        runnerID: Int64,
        at: Instant,
        back: Double?,
        lay: Double? = nil,
        vwap: Double? = nil,
        volume: Double? = nil
    ) {
        self.raceID = raceID
        self.runnerID = runnerID
        self.at = at
        self.back = back
        self.lay = lay
        self.vwap = vwap
        self.volume = volume
    }
}

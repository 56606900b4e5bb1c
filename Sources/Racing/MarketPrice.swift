/// A price that could be taken at some moment.
public struct MarketPrice: Sendable, Equatable {
    /// Where a price came from, in the order of preference.
    public enum Source: String, Sendable, Codable {
        /// The last row of `live_prices` at or before the moment.
        case live
        /// `win_morningwap`, from 11:00 at the course.
        case morning
    }

    /// Decimal, stake included; above 1.
    public let odds: Double
    public let source: Source
    /// When it was quoted.
    public let at: Instant
    /// Money traded on the runner so far, in the market's currency.
    public let volume: Double?
    /// The best price to lay; nil where the source does not say.
    public let lay: Double?

    public init(odds: Double, source: Source, at: Instant, volume: Double? = nil, lay: Double? = nil) {
        self.lay = lay
        self.odds = odds
        self.source = source
        self.at = at
        self.volume = volume
    }
}

/// A price that was available to back at a given time.
public struct MarketPrice: Sendable, Equatable {
    /// The origin of a price, in order of preference.
    public enum Source: String, Sendable, Codable {
        /// The latest row of `live_prices` at or before the given time.
        case live
        /// `win_ppwap`, the average before the off, available at the off. Nobody can take it any more.
        case preplay
        /// `win_morningwap`, available from 11:00 local time at the course.
        case morning
    }

    /// The local time at the course from which the morning price is known.
    public static let morningKnownFrom = WallTime.midnight.advanced(byHours: 11)

    /// Decimal odds to back, stake included; above 1.
    public let odds: Double
    public let source: Source
    /// The time of the quote.
    public let at: Instant
    /// The amount traded on the runner so far, in the market's currency; `nil` if unknown.
    public let volume: Double?
    /// The best decimal odds to lay; `nil` if the source has none.
    public let lay: Double?

    public init(odds: Double, source: Source, at: Instant, volume: Double? = nil, lay: Double? = nil) {
        self.odds = odds
        self.source = source
        self.at = at
        self.volume = volume
        self.lay = lay
    }
}

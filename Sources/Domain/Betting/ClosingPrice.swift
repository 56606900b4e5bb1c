/// The last price of a runner before the off.
public struct ClosingPrice: Sendable, Equatable {
    /// The origin of a closing price, in order of preference.
    public enum Source: String, Sendable, Codable, CaseIterable {
        /// The Betfair starting price.
        case bsp
        /// The last price traded before the off.
        case last
        /// The bookmakers' starting price.
        case sp
    }

    /// Decimal odds, stake included.
    public let odds: Double
    public let source: Source

    public init(odds: Double, source: Source) {
        self.odds = odds
        self.source = source
    }

    /// Takes the first usable price of BSP, the last traded price before the off, and SP.
    ///
    /// - Returns: `nil` if no price is finite and above 1.
    public init?(bsp: Double?, lastTraded: Double?, sp: Double?) {
        func usable(_ odds: Double?) -> Double? { odds.flatMap { $0 > 1 && $0.isFinite ? $0 : nil } }
        if let odds = usable(bsp) {
            self.init(odds: odds, source: .bsp)
        } else if let odds = usable(lastTraded) {
            self.init(odds: odds, source: .last)
        } else if let odds = usable(sp) {
            self.init(odds: odds, source: .sp)
        } else {
            return nil
        }
    }
}

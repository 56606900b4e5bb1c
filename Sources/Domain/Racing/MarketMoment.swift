/// The moment before the off, and the kind of price, of one snapshot of the market.
public struct MarketMoment: Sendable, Hashable, Comparable {
    public enum Prices: String, Sendable, Codable {
        /// The latest quote at that lead. At the off, the BSP or the average before the off stands in for it in races
        /// without quotes.
        case latest
        /// The morning price, which is known from 11:00 at the course and grows old until the off.
        case morning
    }

    /// Seconds before the off.
    public let lead: Int
    public let prices: Prices

    public init(lead: Int, prices: Prices = .latest) {
        self.lead = lead
        self.prices = prices
    }

    /// A key for metrics: the lead in seconds, or "morning".
    public var label: String { prices == .morning ? prices.rawValue : String(lead) }

    public static let off = MarketMoment(lead: 0)

    public static func < (a: MarketMoment, b: MarketMoment) -> Bool {
        (a.lead, a.prices.rawValue) < (b.lead, b.prices.rawValue)
    }
}

/// The closing prices of one race, all from one source, for the probabilities that they imply.
///
/// Bookmakers' starting prices hold an overround several times that of the exchange: a book mixed of both has no
/// meaningful overround, so its probabilities would be wrong.
public enum ClosingBook {
    /// The closing prices that are known of one runner.
    public struct Prices: Sendable {
        let bsp: Double?
        let lastTraded: Double?
        let sp: Double?

        public init(bsp: Double?, lastTraded: Double?, sp: Double?) {
            self.bsp = bsp
            self.lastTraded = lastTraded
            self.sp = sp
        }

        /// The runner's own closing price.
        public var best: ClosingPrice? { ClosingPrice(bsp: bsp, lastTraded: lastTraded, sp: sp) }

        func price(_ source: ClosingPrice.Source) -> ClosingPrice? {
            let odds =
                switch source {
                case .bsp: bsp
                case .last: lastTraded
                case .sp: sp
                }
            return odds.flatMap { $0 > 1 && $0.isFinite ? ClosingPrice(odds: $0, source: source) : nil }
        }
    }

    /// Takes the first of BSP, the last traded price and SP that every starter has. If there is none, takes the one
    /// that most starters have.
    ///
    /// - Parameter starters: The prices of each starter.
    /// - Returns: One price per starter; `nil` without a price from that source.
    public static func prices(_ starters: [Prices]) -> [ClosingPrice?] {
        let books = ClosingPrice.Source.allCases.map { source in starters.map { $0.price(source) } }
        let most = books.map { $0.count { $0 != nil } }.max() ?? 0
        return books.first { $0.count { $0 != nil } == most } ?? []
    }
}

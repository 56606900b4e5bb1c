/// The reduction of taken odds when a runner is withdrawn after the bet.
public enum OddsReduction {
    /// The reductions that one withdrawal causes, as shares from 0 to 1; `nil` if unknown.
    public struct Withdrawal: Sendable, Equatable {
        /// The deduction from winnings under Tattersalls Rule 4 (c).
        public let rule4: Double?
        /// The reduction of the price in the exchange's win market.
        public let factor: Double?
        /// The reduction of winnings in the exchange's place market.
        public let placeFactor: Double?

        public init(rule4: Double?, factor: Double?, placeFactor: Double?) {
            self.rule4 = rule4
            self.factor = factor
            self.placeFactor = placeFactor
        }
    }

    /// The most that the Rule 4 deductions of a race take from winnings: 90p in the pound.
    static let maximumDeduction = 0.9
    /// The smallest reduction factor that the exchange applies in its win market.
    static let minimumFactor = 0.025
    /// The shortest price of the exchange.
    static let minimumOdds = 1.01

    /// Returns the odds at which a bet is paid.
    ///
    /// A bookmaker deducts from winnings (Tattersalls Rules on Betting, rule 4 (c)). An exchange reduces the price in
    /// the win market. In the place market it reduces the winnings and applies small factors too (Betfair, "How do
    /// reduction factors work on place markets?").
    ///
    /// - Parameters:
    ///   - odds: Decimal odds as taken.
    ///   - type: Win, each way or place.
    ///   - kind: Exchange or bookmaker.
    ///   - withdrawals: The withdrawals after the bet.
    /// - Returns: Decimal odds; `nil` if a reduction that applies is unknown.
    public static func reduced(
        _ odds: Double,
        type: BetType,
        kind: StakingPolicy.Source.Kind,
        _ withdrawals: [Withdrawal]
    ) -> Double? {
        switch (kind, type) {
        case (.bookmaker, _):
            let deductions = withdrawals.map(\.rule4)
            guard !deductions.contains(nil) else { return nil }
            return 1 + (odds - 1) * (1 - min(maximumDeduction, deductions.compactMap(\.self).reduce(0, +)))
        case (.exchange, .place):
            let factors = withdrawals.map(\.placeFactor)
            guard !factors.contains(nil) else { return nil }
            return factors.compactMap(\.self).reduce(odds) { 1 + ($0 - 1) * (1 - $1) }
        case (.exchange, _):
            let factors = withdrawals.map(\.factor)
            guard !factors.contains(nil) else { return nil }
            let applied = factors.compactMap(\.self).filter { $0 >= minimumFactor }
            return max(minimumOdds, applied.reduce(odds) { $0 * (1 - $1) })
        }
    }
}

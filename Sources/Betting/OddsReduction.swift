/// By how much odds that were taken are reduced when a runner is withdrawn afterwards.
public enum OddsReduction {
    /// What one withdrawal takes, as shares; nil: not known.
    public struct Withdrawal: Sendable, Equatable {
        /// Of winnings, by Tattersalls Rule 4 (c).
        public let rule4: Double?
        /// Of the price, in the exchange's win market.
        public let factor: Double?
        /// Of winnings, in the exchange's place market.
        public let placeFactor: Double?

        public init(rule4: Double?, factor: Double?, placeFactor: Double?) {
            self.rule4 = rule4
            self.factor = factor
            self.placeFactor = placeFactor
        }
    }

    /// Deductions of several withdrawals add up, to 90p in the pound at most.
    static let mostDeducted = 0.9
    /// Reduction factors below are not applied in the exchange's win market.
    static let leastFactor = 0.025

    /// The odds that a bet is paid at.
    ///
    /// A bookmaker deducts from winnings (Tattersalls Rules on Betting, rule 4 (c)). An exchange multiplies the price itself in the win market and, in
    /// the place market, the winnings, where small factors count too (Betfair, "How do reduction factors work on place markets?").
    ///
    /// - Returns: nil where a factor that is needed is not known.
    public static func reduced(
        _ odds: Double, side: BetSide, kind: StakingPolicy.Source.Kind, _ withdrawals: [Withdrawal]
    ) -> Double? {
        switch (kind, side) {
        case (.bookmaker, _):
            let deductions = withdrawals.map(\.rule4)
            guard !deductions.contains(nil) else { return nil }
            return 1 + (odds - 1) * (1 - min(mostDeducted, deductions.compactMap(\.self).reduce(0, +)))
        case (.exchange, .place):
            let factors = withdrawals.map(\.placeFactor)
            guard !factors.contains(nil) else { return nil }
            return factors.compactMap(\.self).reduce(odds) { 1 + ($0 - 1) * (1 - $1) }
        case (.exchange, _):
            let factors = withdrawals.map(\.factor)
            guard !factors.contains(nil) else { return nil }
            // never below the exchange's least price
            return max(1.01, factors.compactMap(\.self).filter { $0 >= leastFactor }.reduce(odds) { $0 * (1 - $1) })
        }
    }
}

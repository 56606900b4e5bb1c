/// A runner that may be staked.
public struct StakeCandidate: Sendable {
    /// The win probability.
    public let probability: Double
    /// Decimal odds, stake included; `nil` for no price, which rules out a stake.
    public let odds: Double?
    /// Seconds since the quote; `nil` if unknown.
    public let priceAge: Double?
    /// The amount traded on the runner; `nil` if unknown.
    public let volume: Double?
    /// The rate on net winnings, such as 0.02.
    public let commission: Double

    public init(probability: Double, odds: Double?, priceAge: Double?, volume: Double?, commission: Double = 0) {
        self.probability = probability
        self.odds = odds
        self.priceAge = priceAge
        self.volume = volume
        self.commission = commission
    }

    /// Decimal odds net of commission: the return of a winning unit.
    var net: Double? { odds.map { 1 + ($0 - 1) * (1 - commission) } }

    /// The expected profit per unit, after commission; -1 without a price.
    var edge: Double { odds.map { Edge.win(probability: probability, odds: $0, commission: commission) } ?? -1 }
}

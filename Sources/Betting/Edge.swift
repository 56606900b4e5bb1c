/// The expected profit per unit staked.
public enum Edge {
    /// - Parameters:
    ///   - probability: of winning.
    ///   - odds: decimal, stake included.
    ///   - commission: taken from net winnings, 0.02 for two per cent.
    public static func win(probability: Double, odds: Double, commission: Double = 0) -> Double {
        probability * (odds - 1) * (1 - commission) - (1 - probability)
    }

    /// Of an each-way bet, per unit of the total stake, half of which is on the win and half on the place; no commission.
    public static func eachWay(win: Double, place: Double, odds: Double, terms: EachWayTerms) -> Double {
        (win * odds - 1) / 2 + (place * (1 + (odds - 1) * terms.fraction) - 1) / 2
    }
}

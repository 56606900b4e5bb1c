/// The expected profit of a bet per unit staked.
public enum Edge {
    /// Returns the edge of a win bet.
    ///
    /// - Parameters:
    ///   - probability: The win probability.
    ///   - odds: Decimal odds, stake included.
    ///   - commission: The rate on net winnings, such as 0.02.
    public static func win(probability: Double, odds: Double, commission: Double = 0) -> Double {
        probability * (odds - 1) * (1 - commission) - (1 - probability)
    }

    /// Returns the edge of an each-way bet per unit of the total stake, without commission.
    ///
    /// Half of the stake is on the win and half on the place.
    ///
    /// - Parameters:
    ///   - win: The win probability.
    ///   - place: The probability of finishing within the places of `terms`.
    ///   - odds: Decimal win odds, stake included.
    ///   - terms: The each-way terms.
    public static func eachWay(win: Double, place: Double, odds: Double, terms: EachWayTerms) -> Double {
        (win * odds - 1) / 2 + (place * (1 + (odds - 1) * terms.fraction) - 1) / 2
    }
}

/// The payout of settled bets.
public enum Settlement {
    /// Returns the profit of a bet on one runner.
    ///
    /// - Parameters:
    ///   - type: Win, each way or place.
    ///   - stake: The total stake, in any unit. An each-way bet puts half on the win and half on the place.
    ///   - odds: Decimal odds as taken, after any reduction for withdrawals. For `.place`, the place odds.
    ///   - runner: The outcome of the runner that was backed.
    ///   - field: The outcomes of all declared runners, `runner` included. They determine dead heats.
    ///   - terms: Required for `.place`, which uses only the number of places. `nil` for `.eachWay` if the race was win
    ///     only.
    ///   - commission: The rate on net winnings of `.win` and `.place`, such as 0.02. Each-way bets pay none.
    /// - Returns: The profit in the unit of the stake; 0 if the runner was withdrawn, which voids the bet.
    /// - Throws: `BettingError` if the odds are 1 or less, or if the terms are missing.
    public static func profit(
        type: BetType,
        stake: Double,
        odds: Double,
        runner: RunnerOutcome,
        field: [RunnerOutcome],
        terms: EachWayTerms?,
        commission: Double = 0
    ) throws(BettingError) -> Double {
        guard odds > 1, odds.isFinite else { throw BettingError("odds of \(odds): decimal odds must be above 1") }
        if runner.isWithdrawn { return 0 }
        let winShare = share(runner, field, places: 1)
        switch type {
        case .win:
            return profit(stake: stake, odds: odds, paidShare: winShare, commission: commission)
        case .place:
            guard let terms else { throw BettingError("a place bet needs the number of places") }
            let placeShare = share(runner, field, places: terms.places)
            return profit(stake: stake, odds: odds, paidShare: placeShare, commission: commission)
        case .eachWay:
            // With up to 4 starters no place is paid, and the whole stake is on the win (Tattersalls, rule 6).
            guard let terms else { return profit(stake: stake, odds: odds, paidShare: winShare, commission: 0) }
            let placeShare = share(runner, field, places: terms.places)
            let placeOdds = 1 + (odds - 1) * terms.fraction
            return profit(stake: stake / 2, odds: odds, paidShare: winShare, commission: 0)
                + profit(stake: stake / 2, odds: placeOdds, paidShare: placeShare, commission: 0)
        }
    }

    /// Returns the share of the stake that is paid at full odds.
    ///
    /// - Parameter places: The number of places paid; 1 for a win bet.
    /// - Returns: 1 within the places, 0 outside them, and m/k if k runners tie for the last m places and m < k.
    public static func share(_ runner: RunnerOutcome, _ field: [RunnerOutcome], places: Int) -> Double {
        guard let position = runner.position, !runner.isWithdrawn, position <= places else { return 0 }
        let tied = field.count { $0.position == position && !$0.isWithdrawn }
        let left = places - (position - 1)
        return tied <= left ? 1 : Double(left) / Double(tied)
    }

    /// Returns the profit of a bet of which a share is paid and the rest loses.
    ///
    /// Commission is charged on the net winnings of the whole bet: in a dead heat, the lost part offsets the paid part.
    ///
    /// - Parameters:
    ///   - stake: The whole stake, in any unit.
    ///   - odds: Decimal odds, stake included.
    ///   - paidShare: The share of the stake that is paid at full odds, 0 to 1.
    ///   - commission: The rate on net winnings, such as 0.02.
    public static func profit(stake: Double, odds: Double, paidShare: Double, commission: Double) -> Double {
        let net = stake * (paidShare * odds - 1)
        return net > 0 ? net * (1 - commission) : net
    }
}

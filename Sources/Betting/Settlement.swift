/// What a bet is on.
public enum BetSide: String, Sendable, Codable, CaseIterable {
    case win, ew, place
}

/// The official outcome of a race for one runner, as a settlement needs it.
public struct RunnerOutcome: Sendable, Equatable {
    /// nil: started, not placed (pulled up, fell, disqualified).
    public var position: Int?
    public var isWithdrawn: Bool

    public init(position: Int?, isWithdrawn: Bool = false) {
        self.position = position
        self.isWithdrawn = isWithdrawn
    }
}

/// What a bet pays.
public enum Settlement {
    /// The profit of a bet on one runner.
    ///
    /// - Parameters:
    ///   - odds: as taken, decimal; for `.place` the place odds. Already reduced where others were withdrawn.
    ///   - field: the outcomes of all declared runners, this one included, by which dead heats are told.
    ///   - terms: needed for `.ew`; for `.place` only the places count.
    ///   - commission: on the net winnings of `.win` and `.place`.
    /// - Returns: profit in the unit of the stake; 0 for a withdrawn runner (the bet is void).
    /// - Throws: `BettingError` for odds of 1 or less, or terms that are missing.
    public static func profit(
        side: BetSide, stake: Double, odds: Double, runner: RunnerOutcome, field: [RunnerOutcome], terms: EachWayTerms?, commission: Double = 0
    ) throws(BettingError) -> Double {
        guard odds > 1, odds.isFinite else { throw BettingError("odds of \(odds): decimal odds are above 1") }
        if runner.isWithdrawn { return 0 }
        switch side {
        case .win:
            return Self.profit(stake, odds, share(runner, field, places: 1), commission)
        case .place:
            guard let terms else { throw BettingError("a place bet needs the number of places") }
            return Self.profit(stake, odds, share(runner, field, places: terms.places), commission)
        case .ew:
            guard let terms else { throw BettingError("an each-way bet needs terms: the race was win only") }
            let placeOdds = 1 + (odds - 1) * terms.fraction
            return Self.profit(stake / 2, odds, share(runner, field, places: 1), 0)
                + Self.profit(stake / 2, placeOdds, share(runner, field, places: terms.places), 0)
        }
    }

    /// The part of the stake that is paid: 1 within the places, 0 outside, and m/k where k runners tie and m < k places are left for them.
    public static func share(_ runner: RunnerOutcome, _ field: [RunnerOutcome], places: Int) -> Double {
        guard let position = runner.position, !runner.isWithdrawn, position <= places else { return 0 }
        let tied = field.count { $0.position == position && !$0.isWithdrawn }
        let left = places - (position - 1)
        return tied <= left ? 1 : Double(left) / Double(tied)
    }

    /// Of a bet of which a part is paid. Commission is on what the bet wins as a whole: half of a dead heat that is lost counts against the half that is
    /// paid.
    public static func profit(_ stake: Double, _ odds: Double, _ share: Double, _ commission: Double) -> Double {
        let net = stake * (share * odds - 1)
        return net > 0 ? net * (1 - commission) : net
    }
}

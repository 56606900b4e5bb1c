extension StakingPolicy {
    /// Validates the policy.
    ///
    /// - Throws: `BettingError` naming the key, its value and the accepted range.
    public func check() throws(BettingError) {
        try Self.require(bankrollUnits > 0, "bankroll_units", bankrollUnits, "above 0")
        try Self.require(
            kellyFraction > 0 && kellyFraction <= 1,
            "kelly_fraction",
            kellyFraction,
            "above 0 and at most 1"
        )
        try Self.require(minimumOdds >= 1, "odds.minimum", minimumOdds, "at least 1")
        try Self.require(maximumOdds > minimumOdds, "odds.maximum", maximumOdds, "above odds.minimum")
        try checkCaps()
        try Self.require(minimumVolume >= 0, "market.minimum_volume", minimumVolume, "at least 0")
        try Self.require(maximumPriceAge > 0, "market.maximum_price_age", maximumPriceAge, "above 0 seconds")
        try Self.require(maximumBook > 1, "market.maximum_book", maximumBook, "above 1")
        try checkBands()
        for (name, source) in sources.merging(["default": defaultSource], uniquingKeysWith: { first, _ in first }) {
            try Self.require(
                (0..<1).contains(source.commission),
                "sources.\(name).commission",
                source.commission,
                "a share of net winnings from 0 to below 1"
            )
        }
    }

    private func checkCaps() throws(BettingError) {
        let shares = [
            ("caps.bet", maximumPerBet), ("caps.race", maximumPerRace), ("caps.day", maximumPerDay),
            ("caps.day_stop_loss", dailyStopLoss),
        ]
        for (key, share) in shares {
            try Self.require(share > 0 && share <= 1, key, share, "a share of the bankroll above 0 and at most 1")
        }
        try Self.require(maximumPerBet <= maximumPerRace, "caps.bet", maximumPerBet, "at most caps.race")
        try Self.require(maximumPerRace <= maximumPerDay, "caps.race", maximumPerRace, "at most caps.day")
        try Self.require(maximumBetsPerRace > 0, "caps.bets_per_race", Double(maximumBetsPerRace), "at least 1")
    }

    private func checkBands() throws(BettingError) {
        guard bands.last?.oddsBelow == nil, !bands.isEmpty, bands.dropLast().allSatisfy({ $0.oddsBelow != nil }) else {
            throw BettingError("bands: every band but the last must have odds_below, and the last must not")
        }
        let limits = bands.compactMap(\.oddsBelow)
        guard zip(limits, limits.dropFirst()).allSatisfy({ $0 < $1 }) else {
            throw BettingError("bands: odds_below must rise from band to band")
        }
        for band in bands {
            try Self.require(band.minimumEdge >= 0, "minimum_edge", band.minimumEdge, "at least 0")
            try Self.require(band.minimumEV >= 0, "minimum_ev_units", band.minimumEV, "at least 0")
        }
    }

    private static func require(
        _ isValid: Bool,
        _ key: String,
        _ value: Double,
        _ rule: String
    ) throws(BettingError) {
        guard isValid, value.isFinite else { throw BettingError("\(key) is \(value), must be \(rule)") }
    }
}

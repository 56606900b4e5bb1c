/// When to bet, and how much: what `config/staking.yaml` says.
public struct StakingPolicy: Sendable, Equatable {
    /// Odds up to a limit, and the least that a bet at them must promise.
    public struct Band: Sendable, Equatable {
        /// Decimal odds below which the band holds; nil: all that are left.
        public var oddsBelow: Double?
        /// Per unit staked, after commission.
        public var minimumEdge: Double
        /// Expected profit of the advised stake, in units.
        public var minimumEV: Double

        public init(oddsBelow: Double? = nil, minimumEdge: Double, minimumEV: Double = 0) {
            self.oddsBelow = oddsBelow
            self.minimumEdge = minimumEdge
            self.minimumEV = minimumEV
        }
    }

    /// Where prices and bets come from.
    public struct Source: Sendable, Equatable {
        public enum Kind: String, Sendable, CaseIterable { case exchange, bookmaker }
        public var kind: Kind
        /// Taken from net winnings, 0.02 for two per cent.
        public var commission: Double

        public init(kind: Kind, commission: Double) {
            self.kind = kind
            self.commission = commission
        }
    }

    /// The bankroll, in stake units: a stake of 1 unit is 1/bankroll of it.
    public var bankrollUnits: Double = 100
    /// The share of the full Kelly stake that is bet.
    public var kellyFraction: Double = 0.25
    /// By odds, ascending; the last one has no limit.
    public var bands = [Band(minimumEdge: 0.03)]
    /// The most of the bankroll on one runner, on one race, and on the races of one day.
    public var maximumPerBet: Double = 0.02
    public var maximumPerRace: Double = 0.04
    public var maximumPerDay: Double = 0.20
    /// The share of the bankroll lost on a day after which nothing more is bet that day.
    public var dailyStopLoss: Double = 0.10
    public var maximumBetsPerRace = 4
    /// Money that must have traded on a runner, where the market's volume is known.
    public var minimumVolume: Double = 100
    /// How old a price may be, seconds.
    public var maximumPriceAge: Double = 1800
    /// The sum of 1/odds over the field above which prices are not to be trusted.
    public var maximumBook: Double = 1.8
    /// Odds outside these are not bet.
    public var minimumOdds: Double = 1.2
    public var maximumOdds: Double = 40
    /// By name.
    public var sources: [String: Source] = [:]
    /// Of sources that are not named.
    public var defaultSource = Source(kind: .bookmaker, commission: 0)

    public init() {}

    public func source(_ name: String) -> Source { sources[name] ?? defaultSource }
    public func band(odds: Double) -> Band { bands.first { odds < $0.oddsBelow ?? .infinity } ?? Band(minimumEdge: .infinity) }

    /// - Throws: `BettingError` that names the value, what it is and what it may be.
    public func check() throws(BettingError) {
        func need(_ isRight: Bool, _ what: String, _ value: Double, _ rule: String) throws(BettingError) {
            guard isRight, value.isFinite else { throw BettingError("\(what) is \(value): \(rule)") }
        }
        try need(bankrollUnits > 0, "bankroll_units", bankrollUnits, "above 0")
        try need(kellyFraction > 0 && kellyFraction <= 1, "kelly_fraction", kellyFraction, "above 0, at most 1")
        try need(minimumOdds >= 1, "odds.minimum", minimumOdds, "1 or above")
        try need(maximumOdds > minimumOdds, "odds.maximum", maximumOdds, "above odds.minimum")
        for (name, share) in [
            ("caps.bet", maximumPerBet), ("caps.race", maximumPerRace), ("caps.day", maximumPerDay), ("caps.day_stop_loss", dailyStopLoss),
        ] { try need(share > 0 && share <= 1, name, share, "a share of the bankroll, above 0, at most 1") }
        try need(maximumPerBet <= maximumPerRace, "caps.bet", maximumPerBet, "at most caps.race")
        try need(maximumPerRace <= maximumPerDay, "caps.race", maximumPerRace, "at most caps.day")
        try need(maximumBetsPerRace > 0, "caps.bets_per_race", Double(maximumBetsPerRace), "1 or more")
        try need(minimumVolume >= 0, "market.minimum_volume", minimumVolume, "0 or above")
        try need(maximumPriceAge > 0, "market.maximum_price_age", maximumPriceAge, "seconds, above 0")
        try need(maximumBook > 1, "market.maximum_book", maximumBook, "above 1")
        guard bands.last?.oddsBelow == nil, !bands.isEmpty, bands.dropLast().allSatisfy({ $0.oddsBelow != nil }) else {
            throw BettingError("bands: every band but the last has odds_below, and the last has none")
        }
        let limits = bands.compactMap(\.oddsBelow)
        guard zip(limits, limits.dropFirst()).allSatisfy({ $0 < $1 }) else { throw BettingError("bands: odds_below must rise from band to band") }
        for band in bands {
            try need(band.minimumEdge >= 0, "minimum_edge", band.minimumEdge, "0 or above")
            try need(band.minimumEV >= 0, "minimum_ev_units", band.minimumEV, "0 or above")
        }
        for (name, source) in sources.merging(["default": defaultSource], uniquingKeysWith: { first, _ in first }) {
            try need((0..<1).contains(source.commission), "sources.\(name).commission", source.commission, "a share of net winnings, 0 to below 1")
        }
    }
}

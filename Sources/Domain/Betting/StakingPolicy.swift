/// The staking rules of `config/staking.yaml`: when to bet and how much.
public struct StakingPolicy: Sendable, Equatable {
    /// A range of odds, and the minimum edge and expected profit of a bet in it.
    public struct Band: Sendable, Equatable {
        /// The exclusive upper limit of the decimal odds; `nil` for no limit.
        public var oddsBelow: Double?
        /// The minimum edge per unit staked, after commission.
        public var minimumEdge: Double
        /// The minimum expected profit of the advised stake, in units.
        public var minimumEV: Double

        public init(oddsBelow: Double? = nil, minimumEdge: Double, minimumEV: Double = 0) {
            self.oddsBelow = oddsBelow
            self.minimumEdge = minimumEdge
            self.minimumEV = minimumEV
        }
    }

    /// A source of prices and bets.
    public struct Source: Sendable, Equatable {
        public enum Kind: String, Sendable, CaseIterable { case exchange, bookmaker }
        public var kind: Kind
        /// The rate on net winnings, such as 0.02.
        public var commission: Double

        public init(kind: Kind, commission: Double) {
            self.kind = kind
            self.commission = commission
        }
    }

    /// The bankroll in units. A stake of 1 unit is 1/`bankrollUnits` of the bankroll.
    public var bankrollUnits: Double = 100
    /// The share of the full Kelly stake to bet.
    public var kellyFraction: Double = 0.25
    /// The bands by ascending odds; only the last one has no limit.
    public var bands = [Band(minimumEdge: 0.03)]
    /// The maximum share of the bankroll on one runner.
    public var maximumPerBet: Double = 0.02
    /// The maximum share of the bankroll on one race.
    public var maximumPerRace: Double = 0.04
    /// The maximum share of the bankroll on the races of one day.
    public var maximumPerDay: Double = 0.20
    /// The share of the bankroll that, once lost on a day, stops betting for that day.
    public var dailyStopLoss: Double = 0.10
    public var maximumBetsPerRace = 4
    /// The minimum amount traded on a runner, if the volume is known.
    public var minimumVolume: Double = 100
    /// The maximum age of a price, in seconds.
    public var maximumPriceAge: Double = 1800
    /// The maximum sum of 1/odds over the field. Prices above it are treated as unreliable.
    public var maximumBook: Double = 1.8
    /// The shortest odds to bet.
    public var minimumOdds: Double = 1.2
    /// The longest odds to bet.
    public var maximumOdds: Double = 40
    /// The sources by name.
    public var sources: [String: Source] = [:]
    /// The terms of sources that are not in `sources`.
    public var defaultSource = Source(kind: .bookmaker, commission: 0)

    public init() {}

    /// Returns the terms of a source, or the default ones if it is not listed.
    public func source(_ name: String) -> Source { sources[name] ?? defaultSource }

    /// Returns the band of these decimal odds.
    public func band(odds: Double) -> Band {
        bands.first { odds < $0.oddsBelow ?? .infinity } ?? Band(minimumEdge: .infinity)
    }
}

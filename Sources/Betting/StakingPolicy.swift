/// When to bet, and how much.
public struct StakingPolicy: Sendable, Codable, Equatable {
    /// The bankroll, in stake units: a stake of 1 unit is 1/bankroll of it.
    public var bankrollUnits: Double = 100
    /// The share of the full Kelly stake that is bet.
    public var kellyFraction: Double = 0.25
    /// Minimum edge per unit staked, below which nothing is bet.
    public var minimumEdge: Double = 0.03
    /// The most of the bankroll on one runner.
    public var maximumPerBet: Double = 0.02
    /// The most of the bankroll on one race.
    public var maximumPerRace: Double = 0.04
    /// Money that must have traded on a runner, where the market's volume is known.
    public var minimumVolume: Double = 100
    /// How old a price may be, seconds.
    public var maximumPriceAge: Double = 1800
    /// Commission on net winnings.
    public var commission: Double = 0
    /// Odds outside these are not bet.
    public var minimumOdds: Double = 1.2
    public var maximumOdds: Double = 40

    public init() {}
}

/// A runner to be staked.
public struct StakeCandidate: Sendable {
    public let probability: Double
    /// nil: no price, no stake.
    public let odds: Double?
    /// Seconds since the price was quoted.
    public let priceAge: Double?
    /// nil: the market's volume is not known.
    public let volume: Double?

    public init(probability: Double, odds: Double?, priceAge: Double?, volume: Double?) {
        self.probability = probability
        self.odds = odds
        self.priceAge = priceAge
        self.volume = volume
    }
}

/// A stake and what shaped it.
public struct Stake: Sendable, Equatable {
    /// The full Kelly fraction of the bankroll, all runners of the race taken together.
    public var kellyFraction: Double
    /// What is advised, in units.
    public var units: Double
    /// False where too little has traded to be matched.
    public var isLiquid: Bool
    /// Every gate that lowered the stake.
    public var gates: [String]

    public init(kellyFraction: Double, units: Double, isLiquid: Bool, gates: [String]) {
        self.kellyFraction = kellyFraction
        self.units = units
        self.isLiquid = isLiquid
        self.gates = gates
    }
}

extension StakingPolicy {
    /// Stakes a race's runners together, then applies the gates and caps, each of which names itself.
    public func stakes(_ runners: [StakeCandidate]) -> [Stake] {
        let kelly = Kelly.race(probabilities: runners.map(\.probability), odds: runners.map(\.odds), commission: commission)
        var stakes = zip(runners, kelly.fractions).map { runner, fraction in
            var stake = Stake(kellyFraction: fraction, units: fraction * kellyFraction * bankrollUnits, isLiquid: true, gates: [])
            stake.isLiquid = runner.volume.map { $0 >= minimumVolume } ?? (runner.odds != nil)
            func gate(_ applies: Bool, _ name: String) {
                guard applies, stake.units > 0 else { return }
                stake.units = 0
                stake.gates.append(name)
            }
            guard let odds = runner.odds else { return stake }
            gate(!stake.isLiquid, "too little traded: \(runner.volume.map { String(Int($0)) } ?? "none")")
            gate(odds < minimumOdds || odds > maximumOdds, "odds outside \(minimumOdds) to \(maximumOdds)")
            gate((runner.priceAge ?? 0) > maximumPriceAge, "price \(Int((runner.priceAge ?? 0) / 60)) minutes old")
            let edge = Edge.win(probability: runner.probability, odds: odds, commission: commission)
            gate(edge < minimumEdge, "edge under \(minimumEdge)")
            let cap = maximumPerBet * bankrollUnits
            if stake.units > cap {
                stake.units = cap
                stake.gates.append("capped at \(maximumPerBet) of the bankroll")
            }
            return stake
        }
        if kelly.isUnderround { stakes = stakes.map { Stake(kellyFraction: 0, units: 0, isLiquid: $0.isLiquid, gates: ["book under 100 %"]) } }
        let total = stakes.reduce(0) { $0 + $1.units }
        let cap = maximumPerRace * bankrollUnits
        if total > cap {
            for index in stakes.indices where stakes[index].units > 0 {
                stakes[index].units *= cap / total
                stakes[index].gates.append("race capped at \(maximumPerRace) of the bankroll")
            }
        }
        return stakes
    }
}

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
    /// Stakes a race's runners together. The gates come first, since what is not bet must not count as a hedge of what is; then the caps. Each names
    /// itself.
    ///
    /// - Parameter ban: why nothing of this race is to be staked; nil: it may be.
    public func stakes(_ runners: [StakeCandidate], ban: String? = nil) -> [Stake] {
        let (probabilities, odds) = (runners.map(\.probability), runners.map(\.odds))
        let whole = Kelly.race(probabilities: probabilities, odds: odds, commission: commission)
        let gates = runners.map { ban ?? gate($0) }
        let open = zip(odds, gates).map { odds, gate in gate == nil ? odds : nil }
        let staked = whole.isUnderround ? nil : Kelly.race(probabilities: probabilities, odds: open, commission: commission)
        var stakes = runners.indices.map { index -> Stake in
            let (full, fraction) = (whole.fractions[index], staked?.fractions[index] ?? 0)
            var stake = Stake(kellyFraction: full, units: fraction * kellyFraction * bankrollUnits, isLiquid: isLiquid(runners[index]), gates: [])
            if whole.isUnderround {
                stake.gates = ["book under 100 %"]
            } else if let gate = gates[index] {
                if full > 0 { stake.gates = [gate] }
            } else if fraction < full - 1e-12 {
                stake.gates = ["lowered, since others of the race are not bet"]
            }
            let cap = maximumPerBet * bankrollUnits
            if stake.units > cap {
                stake.units = cap
                stake.gates.append("capped at \(maximumPerBet) of the bankroll")
            }
            return stake
        }
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

    private func isLiquid(_ runner: StakeCandidate) -> Bool { runner.volume.map { $0 >= minimumVolume } ?? (runner.odds != nil) }

    /// Why a runner is not to be bet, whatever Kelly says; nil: it may be.
    private func gate(_ runner: StakeCandidate) -> String? {
        guard let odds = runner.odds else { return "no price" }
        guard isLiquid(runner) else { return "too little traded: \(runner.volume.map { String(Int($0)) } ?? "none")" }
        guard odds >= minimumOdds, odds <= maximumOdds else { return "odds outside \(minimumOdds) to \(maximumOdds)" }
        let age = runner.priceAge ?? 0
        guard age <= maximumPriceAge else { return "price \(Int(age / 60)) minutes old" }
        guard Edge.win(probability: runner.probability, odds: odds, commission: commission) >= minimumEdge else { return "edge under \(minimumEdge)" }
        return nil
    }
}

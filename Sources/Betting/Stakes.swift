/// A runner to be staked.
public struct StakeCandidate: Sendable {
    public let probability: Double
    /// nil: no price, no stake.
    public let odds: Double?
    /// Seconds since the price was quoted.
    public let priceAge: Double?
    /// nil: the market's volume is not known.
    public let volume: Double?
    /// Taken from net winnings at this price.
    public let commission: Double

    public init(probability: Double, odds: Double?, priceAge: Double?, volume: Double?, commission: Double = 0) {
        self.probability = probability
        self.odds = odds
        self.priceAge = priceAge
        self.volume = volume
        self.commission = commission
    }

    /// Odds of which the commission has been taken: what a unit returns where it wins.
    var net: Double? { odds.map { 1 + ($0 - 1) * (1 - commission) } }
    var edge: Double { odds.map { Edge.win(probability: probability, odds: $0, commission: commission) } ?? -1 }
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
        let (probabilities, odds) = (runners.map(\.probability), runners.map(\.net))
        let whole = Kelly.race(probabilities: probabilities, odds: odds)
        var gates = runners.map { ban ?? gate($0) }
        var units = solve(probabilities, odds, gates)
        // each round closes at least one runner
        while !whole.isUnderround, close(&gates, runners, units) { units = solve(probabilities, odds, gates) }
        var stakes = runners.indices.map { index -> Stake in
            let full = whole.fractions[index]
            var stake = Stake(kellyFraction: full, units: whole.isUnderround ? 0 : units[index], isLiquid: isLiquid(runners[index]), gates: [])
            if whole.isUnderround {
                stake.gates = ["book under 100 %"]
            } else if let gate = gates[index] {
                if full > 0 { stake.gates = [gate] }
            } else if stake.units < full * kellyFraction * bankrollUnits - 1e-12 {
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

    /// Fractional Kelly of the runners that no gate has closed, in units.
    private func solve(_ probabilities: [Double], _ odds: [Double?], _ gates: [String?]) -> [Double] {
        let open = zip(odds, gates).map { odds, gate in gate == nil ? odds : nil }
        return Kelly.race(probabilities: probabilities, odds: open).fractions.map { $0 * kellyFraction * bankrollUnits }
    }

    /// Closes what promises too little at the stake it would get, else what is beyond the number of bets; false where nothing is.
    private func close(_ gates: inout [String?], _ runners: [StakeCandidate], _ units: [Double]) -> Bool {
        let staked = units.indices.filter { units[$0] > 0 && gates[$0] == nil }
        let poor = staked.filter { index in
            runners[index].edge * min(units[index], maximumPerBet * bankrollUnits) < band(odds: runners[index].odds ?? 1).minimumEV
        }
        for index in poor { gates[index] = "expected profit under \(band(odds: runners[index].odds ?? 1).minimumEV) units" }
        if !poor.isEmpty { return true }
        let weakest = staked.sorted { (runners[$0].edge * units[$0], $1) > (runners[$1].edge * units[$1], $0) }.dropFirst(maximumBetsPerRace)
        for index in weakest { gates[index] = "no more than \(maximumBetsPerRace) bets a race" }
        return !weakest.isEmpty
    }

    private func isLiquid(_ runner: StakeCandidate) -> Bool { runner.volume.map { $0 >= minimumVolume } ?? (runner.odds != nil) }

    /// Why a runner is not to be bet, whatever Kelly says; nil: it may be.
    private func gate(_ runner: StakeCandidate) -> String? {
        guard let odds = runner.odds else { return "no price" }
        guard isLiquid(runner) else { return "too little traded: \(runner.volume.map { String(Int($0)) } ?? "none")" }
        guard odds >= minimumOdds, odds <= maximumOdds else { return "odds outside \(minimumOdds) to \(maximumOdds)" }
        let age = runner.priceAge ?? 0
        guard age <= maximumPriceAge else { return "price \(Int(age / 60)) minutes old" }
        let least = band(odds: odds).minimumEdge
        guard runner.edge >= least else { return "edge under \(least)" }
        return nil
    }
}

import Betting

/// Signals staked again by a policy, and settled at the prices they named.
public struct Backtest: Sendable {
    /// A race's runners as signals had them, with what came of them.
    public struct Race: Sendable {
        public struct Runner: Sendable {
            public let evaluated: EvaluatedRace.Runner
            public let priceAge: Double?
            public let volume: Double?
            public let lay: Double?

            public init(evaluated: EvaluatedRace.Runner, priceAge: Double?, volume: Double?, lay: Double?) {
                self.evaluated = evaluated
                self.priceAge = priceAge
                self.volume = volume
                self.lay = lay
            }
        }
        public let race: EvaluatedRace
        public let runners: [Runner]
        /// Every runner was priced, and the price entered p.
        public let isBlended: Bool

        public init(race: EvaluatedRace, runners: [Runner], isBlended: Bool) {
            self.race = race
            self.runners = runners
            self.isBlended = isBlended
        }
    }

    /// What a gate kept from being bet, had it been bet at the full fractional Kelly stake.
    public struct Removed: Sendable, Codable, Equatable {
        public let gate: String
        public var bets: Int
        public var units: Double
        public var profit: Double
    }

    public let bets: [BacktestBet]
    public let removed: [Removed]
    /// Races not judged: a priced runner was withdrawn later, and the reduction is not known; or there is no result.
    public let leftOut: Int

    public init(_ races: [Race], _ policy: StakingPolicy) {
        var (bets, removed, leftOut): ([BacktestBet], [String: Removed], Int) = ([], [:], 0)
        for one in races {
            guard !one.race.hasLateWithdrawal, one.runners.contains(where: { $0.evaluated.outcome.position != nil }) else {
                leftOut += 1
                continue
            }
            let candidates = one.runners.map { runner in
                StakeCandidate(
                    probability: runner.evaluated.pWin, odds: runner.evaluated.odds, priceAge: runner.priceAge, volume: runner.volume,
                    commission: policy.source(runner.evaluated.source).commission)
            }
            let quotes = one.runners.map { MarketCheck.Quote(back: $0.evaluated.odds, lay: $0.lay, age: $0.priceAge) }
            let stakes = policy.stakes(candidates, ban: one.isBlended ? MarketCheck.fault(quotes, policy) : "not blended with the market")
            let field = one.runners.map(\.evaluated.outcome)
            for (runner, stake) in zip(one.runners, stakes) {
                guard let odds = runner.evaluated.odds, !runner.evaluated.outcome.isWithdrawn else { continue }
                let commission = policy.source(runner.evaluated.source).commission
                func bet(_ units: Double) -> BacktestBet {
                    BacktestBet(
                        day: one.race.day, raceID: one.race.raceID, horseID: runner.evaluated.horseID, probability: runner.evaluated.pWin, odds: odds,
                        stake: units, share: Settlement.share(runner.evaluated.outcome, field, places: 1), commission: commission,
                        closing: one.race.lead > 0 ? runner.evaluated.closing?.odds : nil)
                }
                if stake.units > 0 { bets.append(bet(stake.units)) }
                let full = stake.kellyFraction * policy.kellyFraction * policy.bankrollUnits
                guard let gate = stake.gates.first, full > stake.units else { continue }
                let lost = bet(full - stake.units)
                let name = Self.kind(gate)
                removed[name, default: Removed(gate: name, bets: 0, units: 0, profit: 0)].bets += stake.units > 0 ? 0 : 1
                removed[name]?.units += lost.stake
                removed[name]?.profit += lost.profit
            }
        }
        (self.bets, self.leftOut) = (bets, leftOut)
        self.removed = removed.values.sorted { ($1.units, $0.gate) < ($0.units, $1.gate) }
    }

    /// A gate without the figures of the one runner, so that equal ones add up.
    static func kind(_ gate: String) -> String {
        for (start, name) in [
            ("too little traded", "too little traded"), ("price ", "price too old"), ("stale market", "stale market"),
            ("crossed market", "crossed market"),
            ("book of", "book too large"),
        ] where gate.hasPrefix(start) { return name }
        return gate
    }
}

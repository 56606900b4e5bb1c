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

    /// - Parameter races: in the order of off.
    public init(_ races: [Race], _ policy: StakingPolicy) {
        var (bets, removed, leftOut): ([BacktestBet], [String: Removed], Int) = ([], [:], 0)
        func keepBack(_ gate: String, _ bet: BacktestBet, isWhole: Bool) {
            let name = Self.kind(gate)
            removed[name, default: Removed(gate: name, bets: 0, units: 0, profit: 0)].bets += isWhole ? 1 : 0
            removed[name]?.units += bet.stake
            removed[name]?.profit += bet.profit
        }
        let judged = races.filter { !$0.race.hasLateWithdrawal && $0.runners.contains { $0.evaluated.outcome.position != nil } }
        leftOut = races.count - judged.count
        for (_, day) in Dictionary(grouping: judged, by: \.race.day).sorted(by: { $0.key < $1.key }) {
            let stakes = day.map { Self.stakes($0, policy) }
            let advised = stakes.joined().reduce(0) { $0 + $1.units }
            let cap = policy.maximumPerDay * policy.bankrollUnits
            let share = advised > cap ? cap / advised : 1
            var profit = 0.0
            for (one, own) in zip(day, stakes) {
                let isStopped = profit <= -policy.dailyStopLoss * policy.bankrollUnits
                for (runner, stake) in zip(one.runners, own) where runner.evaluated.odds != nil && !runner.evaluated.outcome.isWithdrawn {
                    func bet(_ units: Double) -> BacktestBet { Self.bet(one, runner, units, policy) }
                    let full = stake.kellyFraction * policy.kellyFraction * policy.bankrollUnits
                    if let gate = stake.gates.first, full > stake.units { keepBack(gate, bet(full - stake.units), isWhole: stake.units == 0) }
                    guard stake.units > 0 else { continue }
                    if isStopped {
                        keepBack("daily stop-loss", bet(stake.units), isWhole: true)
                        continue
                    }
                    if share < 1 { keepBack("daily cap", bet(stake.units * (1 - share)), isWhole: false) }
                    bets.append(bet(stake.units * share))
                }
                profit += bets.reversed().prefix { $0.raceID == one.race.raceID }.reduce(0) { $0 + $1.profit }
            }
        }
        (self.bets, self.leftOut) = (bets, leftOut)
        self.removed = removed.values.sorted { ($1.units, $0.gate) < ($0.units, $1.gate) }
    }

    private static func stakes(_ one: Race, _ policy: StakingPolicy) -> [Stake] {
        let candidates = one.runners.map { runner in
            StakeCandidate(
                probability: runner.evaluated.pWin, odds: runner.evaluated.odds, priceAge: runner.priceAge, volume: runner.volume,
                commission: policy.source(runner.evaluated.source).commission)
        }
        let quotes = one.runners.map { MarketCheck.Quote(back: $0.evaluated.odds, lay: $0.lay, age: $0.priceAge) }
        return policy.stakes(candidates, ban: one.isBlended ? MarketCheck.fault(quotes, policy) : "not blended with the market")
    }

    private static func bet(_ one: Race, _ runner: Race.Runner, _ units: Double, _ policy: StakingPolicy) -> BacktestBet {
        BacktestBet(
            day: one.race.day, raceID: one.race.raceID, horseID: runner.evaluated.horseID, probability: runner.evaluated.pWin,
            odds: runner.evaluated.odds ?? 1, stake: units,
            share: Settlement.share(runner.evaluated.outcome, one.runners.map(\.evaluated.outcome), places: 1),
            commission: policy.source(runner.evaluated.source).commission,
            closing: one.race.lead > 0 ? runner.evaluated.closing?.odds : nil)
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

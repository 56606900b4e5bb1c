import Betting
import Racing

/// Stakes past signals by a policy and settles them at the prices named in the signals.
public struct Backtest: Sendable {
    /// A race with its runners as the signals saw them, and their outcomes.
    public struct Race: Sendable {
        public struct Runner: Sendable {
            public let evaluated: EvaluatedRace.Runner
            /// Seconds since the price was quoted; `nil` without a price.
            public let priceAge: Double?
            /// Money traded on the runner; `nil` if unknown.
            public let volume: Double?
            /// The best lay price, decimal; `nil` if unknown.
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
        /// Whether every runner was priced and the prices entered `pWin`.
        public let isBlended: Bool

        public init(race: EvaluatedRace, runners: [Runner], isBlended: Bool) {
            self.race = race
            self.runners = runners
            self.isBlended = isBlended
        }
    }

    /// The bets that one gate prevented, valued at the full fractional Kelly stake.
    public struct Removed: Sendable, Codable, Equatable {
        public let gate: String
        /// Bets removed entirely. A bet that the gate only reduced is not counted.
        public var bets: Int
        /// The stake removed.
        public var units: Double
        /// The profit that the removed stake would have made, units.
        public var profit: Double
    }

    public let bets: [BacktestBet]
    public let removed: [Removed]
    /// The number of races without a result, or with a priced runner that was withdrawn later: the reduction of the
    /// odds is unknown.
    public let leftOut: Int

    /// - Parameter races: ordered by off.
    public init(_ races: [Race], _ policy: StakingPolicy) {
        let settled = races.filter {
            !$0.race.hasLateWithdrawal && $0.runners.contains { $0.evaluated.outcome.position != nil }
        }
        var ledger = Ledger()
        for (_, day) in Dictionary(grouping: settled, by: \.race.day).sorted(by: { $0.key < $1.key }) {
            ledger.addDay(day, policy)
        }
        bets = ledger.bets
        removed = ledger.removed.values.sorted { ($1.units, $0.gate) < ($0.units, $1.gate) }
        leftOut = races.count - settled.count
    }

    /// The bets so far, and the stakes that the gates removed.
    private struct Ledger {
        var bets: [BacktestBet] = []
        var removed: [String: Removed] = [:]

        /// Bets the races of one day in order; the daily cap and the stop-loss span the day.
        mutating func addDay(_ day: [Race], _ policy: StakingPolicy) {
            let stakes = day.map { Backtest.stakes($0, policy) }
            let advised = stakes.joined().reduce(0) { $0 + $1.units }
            let cap = policy.maximumPerDay * policy.bankrollUnits
            let scale = advised > cap ? cap / advised : 1
            var profit = 0.0
            for (race, raceStakes) in zip(day, stakes) {
                let isStopped = profit <= -policy.dailyStopLoss * policy.bankrollUnits
                for (runner, stake) in zip(race.runners, raceStakes)
                where runner.evaluated.odds != nil && !runner.evaluated.outcome.isWithdrawn {
                    func bet(_ units: Double) -> BacktestBet { Backtest.bet(race, runner, units, policy) }
                    let fullUnits = stake.kellyFraction * policy.kellyFraction * policy.bankrollUnits
                    if let gate = stake.gates.first, fullUnits > stake.units {
                        addRemoved(gate, bet(fullUnits - stake.units), isWhole: stake.units == 0)
                    }
                    guard stake.units > 0 else { continue }
                    if isStopped {
                        addRemoved("daily stop-loss", bet(stake.units), isWhole: true)
                        continue
                    }
                    if scale < 1 { addRemoved("daily cap", bet(stake.units * (1 - scale)), isWhole: false) }
                    bets.append(bet(stake.units * scale))
                }
                profit += bets.reversed().prefix { $0.raceID == race.race.raceID }.reduce(0) { $0 + $1.profit }
            }
        }

        private mutating func addRemoved(_ gate: String, _ bet: BacktestBet, isWhole: Bool) {
            let name = Backtest.kind(gate)
            removed[name, default: Removed(gate: name, bets: 0, units: 0, profit: 0)].bets += isWhole ? 1 : 0
            removed[name]?.units += bet.stake
            removed[name]?.profit += bet.profit
        }
    }

    private static func stakes(_ race: Race, _ policy: StakingPolicy) -> [Stake] {
        let candidates = race.runners.map { runner in
            StakeCandidate(
                probability: runner.evaluated.pWin,
                odds: runner.evaluated.odds,
                priceAge: runner.priceAge,
                volume: runner.volume,
                commission: policy.source(runner.evaluated.source).commission
            )
        }
        let quotes = race.runners.map { MarketCheck.Quote(back: $0.evaluated.odds, lay: $0.lay, age: $0.priceAge) }
        return policy.stakes(
            candidates,
            refusal: race.isBlended ? MarketCheck.fault(quotes, policy) : "not blended with the market"
        )
    }

    private static func bet(
        _ race: Race,
        _ runner: Race.Runner,
        _ units: Double,
        _ policy: StakingPolicy
    ) -> BacktestBet {
        BacktestBet(
            day: race.race.day,
            raceID: race.race.raceID,
            horseID: runner.evaluated.horseID,
            probability: runner.evaluated.pWin,
            odds: runner.evaluated.odds ?? 1,
            stake: units,
            share: Settlement.share(runner.evaluated.outcome, race.runners.map(\.evaluated.outcome), places: 1),
            commission: policy.source(runner.evaluated.source).commission,
            closing: race.race.lead > 0 ? runner.evaluated.closing?.odds : nil
        )
    }

    /// The gate without the figures of one runner, so that equal gates are summed.
    static func kind(_ gate: String) -> String {
        let kinds = [
            (prefix: "too little traded", name: "too little traded"),
            (prefix: "price ", name: "price too old"),
            (prefix: "stale market", name: "stale market"),
            (prefix: "crossed market", name: "crossed market"),
            (prefix: "book of", name: "book too large"),
        ]
        return kinds.first { gate.hasPrefix($0.prefix) }?.name ?? gate
    }
}

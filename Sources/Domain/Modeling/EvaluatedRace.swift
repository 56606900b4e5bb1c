import Betting
import Racing

/// A race with the signals of one model at one moment, and the outcomes.
public struct EvaluatedRace: Sendable {
    public struct Runner: Sendable {
        public let horseID: Int64
        /// Win probability of the blend of model and market.
        public let pWin: Double
        /// Win probability of the model alone.
        public let pModel: Double
        /// Win probability of the market without its overround; `nil` without a price.
        public let pMarket: Double?
        /// Decimal odds; `nil` without a price.
        public let odds: Double?
        /// The source of the odds.
        public let source: String
        /// The advised stake, units.
        public let stake: Double
        public let outcome: RunnerOutcome
        public let closing: ClosingPrice?

        public init(
            horseID: Int64,
            pWin: Double,
            pModel: Double,
            pMarket: Double?,
            odds: Double?,
            source: String = "",
            stake: Double,
            outcome: RunnerOutcome,
            closing: ClosingPrice?
        ) {
            self.source = source
            self.horseID = horseID
            self.pWin = pWin
            self.pModel = pModel
            self.pMarket = pMarket
            self.odds = odds
            self.stake = stake
            self.outcome = outcome
            self.closing = closing
        }
    }
    public let raceID: Int64
    public let day: CalendarDay
    /// Seconds before the off at which the race was scored. At 0 there is no closing line to measure against.
    public let lead: Double
    public let runners: [Runner]
    /// Whether a runner that was priced at that time did not start and has no signal.
    public let hasUnpricedWithdrawal: Bool

    public init(raceID: Int64, day: CalendarDay, lead: Double, runners: [Runner], hasUnpricedWithdrawal: Bool = false) {
        self.hasUnpricedWithdrawal = hasUnpricedWithdrawal
        self.raceID = raceID
        self.day = day
        self.lead = lead
        self.runners = runners
    }
}

extension EvaluatedRace {
    /// The runners that were not withdrawn.
    var starters: [Runner] { runners.filter { !$0.outcome.isWithdrawn } }

    /// Whether a priced runner did not start.
    var hasLateWithdrawal: Bool {
        hasUnpricedWithdrawal || runners.contains { $0.outcome.isWithdrawn && $0.odds != nil }
    }
}

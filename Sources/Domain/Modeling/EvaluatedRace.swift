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
        /// The probability of being placed, and the number of places; `nil` if no places are paid.
        public var pPlace: Double?
        public var places: Int?

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

    /// The market's probability of each starter, without the overround; `nil` if a starter has no price.
    ///
    /// If a priced runner did not start, the book is that of the others' odds.
    var market: [Double]? {
        let starters = starters
        guard starters.allSatisfy({ $0.pMarket != nil }) else { return nil }
        if runners.contains(where: { $0.outcome.isWithdrawn && $0.odds != nil }) {
            let odds = starters.compactMap(\.odds)
            return odds.count == starters.count ? try? Overround.marketProbabilities(odds) : nil
        }
        let priced = starters.compactMap(\.pMarket)
        let total = priced.reduce(0, +)
        return priced.count == starters.count ? priced.map { $0 / total } : nil
    }

    /// The kind of the starters' prices.
    var prices: MarketMoment.Prices {
        starters.allSatisfy { $0.source == MarketPrice.Source.morning.rawValue } ? .morning : .latest
    }

    /// Whether a priced runner did not start.
    var hasLateWithdrawal: Bool {
        hasUnpricedWithdrawal || runners.contains { $0.outcome.isWithdrawn && $0.odds != nil }
    }
}

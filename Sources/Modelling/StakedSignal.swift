import Betting
import Racing

/// A signal that advised a stake, and what came of it at the price it named.
public struct StakedSignal: Sendable, Equatable {
    public let day: CalendarDay
    public let raceID: Int64
    public let horseID: Int64
    /// Decimal, as priced.
    public let odds: Double
    /// In units.
    public let stake: Double
    /// In units, after commission.
    public let profit: Double
    /// ln(taken / closing); nil where the price was the closing one, where there is none, and for a withdrawn runner.
    public let clv: Double?

    /// The staked signals of these races, in their order. Where a priced runner was withdrawn later, the others' odds are reduced by a factor that
    /// is not known here: such races are left out.
    public static func all(_ races: [EvaluatedRace], policy: StakingPolicy) -> [StakedSignal] {
        races.flatMap { race -> [StakedSignal] in
            guard !race.hasLateWithdrawal else { return [] }
            let field = race.runners.map(\.outcome)
            return race.runners.compactMap { runner -> StakedSignal? in
                guard runner.stake > 0, let odds = runner.odds,
                    let profit = try? Settlement.profit(
                        side: .win, stake: runner.stake, odds: odds, runner: runner.outcome, field: field, terms: nil,
                        commission: policy.source(runner.source).commission)
                else { return nil }
                let isMeasurable = race.lead > 0 && !runner.outcome.isWithdrawn
                return StakedSignal(
                    day: race.day, raceID: race.raceID, horseID: runner.horseID, odds: odds, stake: runner.stake, profit: profit,
                    clv: isMeasurable ? runner.closing.map { ClosingLineValue.logRatio(taken: odds, closing: $0.odds) } : nil)
            }
        }
    }
}

import Betting
import Racing

/// A signal that advised a stake, settled at its price.
public struct StakedSignal: Sendable, Equatable {
    public let day: CalendarDay
    public let raceID: Int64
    public let horseID: Int64
    /// Decimal odds of the signal.
    public let odds: Double
    /// Stake in units.
    public let stake: Double
    /// Profit after commission, in units.
    public let profit: Double
    /// ln(taken / closing); `nil` if the signal was priced at the off, if there is no closing price, or if the runner
    /// was withdrawn.
    public let clv: Double?

    /// The staked signals of these races, in the order of the races.
    ///
    /// Races in which a priced runner was withdrawn later are left out: the reduction of the other odds is unknown.
    public static func all(_ races: [EvaluatedRace], policy: StakingPolicy) -> [StakedSignal] {
        races.flatMap { race -> [StakedSignal] in
            guard !race.hasLateWithdrawal else { return [] }
            let field = race.runners.map(\.outcome)
            return race.runners.compactMap { runner -> StakedSignal? in
                guard runner.stake > 0, let odds = runner.odds,
                    let profit = try? Settlement.profit(
                        type: .win,
                        stake: runner.stake,
                        odds: odds,
                        runner: runner.outcome,
                        field: field,
                        terms: nil,
                        commission: policy.source(runner.source).commission
                    )
                else { return nil }
                let isMeasurable = race.lead > 0 && !runner.outcome.isWithdrawn
                return StakedSignal(
                    day: race.day,
                    raceID: race.raceID,
                    horseID: runner.horseID,
                    odds: odds,
                    stake: runner.stake,
                    profit: profit,
                    clv: isMeasurable
                        ? runner.closing.map { ClosingLineValue.logRatio(taken: odds, closing: $0.odds) } : nil
                )
            }
        }
    }
}

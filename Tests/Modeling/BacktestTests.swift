import Betting
import Foundation
import Modeling
import Racing
import Testing

@Suite struct BacktestTests {
    private func bet(
        _ race: Int64,
        odds: Double = 3,
        stake: Double = 1,
        share: Double,
        p: Double? = nil,
        closing: Double? = nil
    ) -> BacktestBet {
        BacktestBet(
            day: CalendarDay(Int32(race)),
            raceID: race,
            horseID: 1,
            probability: p,
            odds: odds,
            stake: stake,
            share: share,
            commission: 0.05,
            closing: closing
        )
    }

    @Test func `sums bets, profits and drawdown`() throws {
        let summary = BacktestSummary([
            bet(1, share: 1, closing: 2), bet(2, share: 0), bet(3, share: 0, closing: 3), bet(4, share: 0.5),
        ])
        #expect(summary.bets == 4 && summary.winners == 2 && summary.turnover == 4 && summary.races == 4)
        // One bet wins 2, two lose 1 each, and half of a dead heat at 3.0 returns 1.5.
        #expect(abs(summary.grossProfit - 0.5) < 1e-12 && abs(summary.profit - (2 * 0.95 - 2 + 0.5 * 0.95)) < 1e-12)
        #expect(summary.drawdown == 2 && summary.clvBets == 2)
        #expect(try abs(#require(summary.clv) - log(1.5) / 2) < 1e-12)
        #expect(summary.verdict.contains("too few"))
        let empty = BacktestSummary([])
        #expect(empty.roi == nil && empty.clv == nil && empty.deciles.isEmpty)
    }

    @Test func `compares expected and actual winners by decile`() {
        let bets = (0..<100).map { (number: Int) -> BacktestBet in
            let share: Double = number % 2 == 0 ? 1 : 0
            return bet(Int64(number), share: share, p: Double(number / 10) / 10 + 0.05)
        }
        let summary = BacktestSummary(bets)
        #expect(summary.deciles.count == 10 && summary.deciles.allSatisfy { $0.bets == 10 && $0.actual == 5 })
        #expect(abs(summary.deciles[2].expected - 2.5) < 1e-9)
        // Half of a hundred races won at 3.0.
        #expect(summary.verdict.contains("above zero"))
    }

    private func race(
        _ id: Int64,
        ages: [Double?],
        winner: Int,
        p: [Double] = [0.6, 0.4],
        odds: [Double] = [2, 2]
    ) -> Backtest.Race {
        let runners = p.indices.map { index in
            EvaluatedRace.Runner(
                horseID: Int64(index),
                pWin: p[index],
                pModel: p[index],
                pMarket: 0.5,
                odds: odds[index],
                source: "live",
                stake: 0,
                outcome: RunnerOutcome(position: index == winner ? 1 : 2),
                closing: ClosingPrice(odds: odds[index] * 0.9, source: .bsp)
            )
        }
        let evaluated = EvaluatedRace(raceID: id, day: CalendarDay(Int32(id)), lead: 3600, runners: runners)
        return Backtest.Race(
            race: evaluated,
            runners: zip(runners, ages).map {
                Backtest.Race.Runner(evaluated: $0, priceAge: $1, volume: nil, lay: nil)
            },
            isBlended: true
        )
    }

    @Test func `reports the stakes that each gate removed`() throws {
        var policy = StakingPolicy()
        policy.maximumPerBet = 0.04
        // Odds of 2 and 2 make a book of exactly 100 %, which is not staked, so the second runner is at 1.9.
        let fresh = race(1, ages: [10, 10], winner: 0, odds: [2, 1.9])
        let stale = race(2, ages: [4000, 10], winner: 0, odds: [2, 1.9])
        let backtest = Backtest([fresh, stale], policy)
        #expect(backtest.bets.map(\.raceID) == [1] && backtest.bets[0].won)
        let removed = try #require(backtest.removed.first { $0.gate == "price too old" })
        #expect(removed.bets == 1 && removed.profit > 0, "the removed bet would have won")
        let cap = backtest.removed.first { $0.gate.hasPrefix("capped") }
        #expect(cap?.bets == 0 && (cap?.units ?? 0) > 0, "a cap reduces a bet and does not remove it")
        #expect(try abs(#require(backtest.bets[0].clv) + log(0.9)) < 1e-12)
    }

    @Test func `selection rules bet at the morning price`() {
        func runner(_ horse: Int64, _ morning: Double?, _ preplay: Double?, _ position: Int?) -> SelectionRule.Runner {
            SelectionRule.Runner(
                horseID: horse,
                morning: morning,
                preplay: preplay,
                closing: 3,
                outcome: RunnerOutcome(position: position)
            )
        }
        let field = [runner(1, 4, 5, 2), runner(2, 2, 1.8, 1), runner(3, 2, 2.5, 3), runner(4, nil, 10, nil)]
        func horses(_ rule: SelectionRule) -> [Int64]? {
            rule.bets(raceID: 1, day: CalendarDay(1), field, commission: 0)?.map(\.horseID)
        }
        #expect(horses(.everyRunner) == [1, 2, 3] && horses(.favourite) == [2] && horses(.drifter) == [1, 3])
        #expect(
            SelectionRule.favourite.bets(raceID: 1, day: CalendarDay(1), field, commission: 0)?.map(\.profit) == [1]
        )
        let withdrawn = SelectionRule.Runner(
            horseID: 9,
            morning: 1.5,
            preplay: nil,
            closing: nil,
            outcome: RunnerOutcome(position: nil, isWithdrawn: true)
        )
        #expect(
            SelectionRule.favourite.bets(raceID: 1, day: CalendarDay(1), field + [withdrawn], commission: 0) == nil,
            "the morning favourite was withdrawn, so the other odds are reduced by an unknown factor"
        )
    }
}

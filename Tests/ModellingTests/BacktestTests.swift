import Betting
import Foundation
import Modelling
import Racing
import Testing

@Suite struct BacktestTests {
    private func bet(_ race: Int64, odds: Double = 3, stake: Double = 1, share: Double, p: Double? = nil, closing: Double? = nil) -> BacktestBet {
        BacktestBet(
            day: CalendarDay(Int32(race)), raceID: race, horseID: 1, probability: p, odds: odds, stake: stake, share: share, commission: 0.05,
            closing: closing)
    }

    @Test func aSummaryAddsUp() throws {
        let summary = BacktestSummary([bet(1, share: 1, closing: 2), bet(2, share: 0), bet(3, share: 0, closing: 3), bet(4, share: 0.5)])
        #expect(summary.bets == 4 && summary.winners == 2 && summary.turnover == 4 && summary.races == 4)
        // 2 won, less two lost; half of a dead heat at 3.0 returns 1.5
        #expect(abs(summary.grossProfit - 0.5) < 1e-12 && abs(summary.profit - (2 * 0.95 - 2 + 0.5 * 0.95)) < 1e-12)
        #expect(summary.drawdown == 2 && summary.clvBets == 2)
        #expect(try abs(#require(summary.clv) - log(1.5) / 2) < 1e-12)
        #expect(summary.verdict.contains("too few"))
        let nothing = BacktestSummary([])
        #expect(nothing.roi == nil && nothing.clv == nil && nothing.deciles.isEmpty)
    }

    @Test func actualOverExpectedByTenths() {
        let bets = (0..<100).map { (number: Int) -> BacktestBet in
            let share: Double = number % 2 == 0 ? 1 : 0
            return bet(Int64(number), share: share, p: Double(number / 10) / 10 + 0.05)
        }
        let summary = BacktestSummary(bets)
        #expect(summary.deciles.count == 10 && summary.deciles.allSatisfy { $0.bets == 10 && $0.actual == 5 })
        #expect(abs(summary.deciles[2].expected - 2.5) < 1e-9)
        // a hundred races at evens, half won: even before commission
        #expect(summary.verdict.contains("above zero"))
    }

    private func race(_ id: Int64, ages: [Double?], winner: Int, p: [Double] = [0.6, 0.4], odds: [Double] = [2, 2]) -> Backtest.Race {
        let runners = p.indices.map { index in
            EvaluatedRace.Runner(
                horseID: Int64(index), pWin: p[index], pModel: p[index], pMarket: 0.5, odds: odds[index], source: "live", stake: 0,
                outcome: RunnerOutcome(position: index == winner ? 1 : 2), closing: ClosingPrice(odds: odds[index] * 0.9, source: .bsp))
        }
        let whole = EvaluatedRace(raceID: id, day: CalendarDay(Int32(id)), lead: 3600, runners: runners)
        return Backtest.Race(
            race: whole, runners: zip(runners, ages).map { Backtest.Race.Runner(evaluated: $0, priceAge: $1, volume: nil, lay: nil) }, isBlended: true
        )
    }

    @Test func gatesSayWhatTheyKeptBack() throws {
        var policy = StakingPolicy()
        policy.maximumPerBet = 0.04
        // 1/2 + 1/2 is no book over 100 %, so the second is at 1.9
        let fresh = race(1, ages: [10, 10], winner: 0, odds: [2, 1.9])
        let old = race(2, ages: [4000, 10], winner: 0, odds: [2, 1.9])
        let backtest = Backtest([fresh, old], policy)
        #expect(backtest.bets.map(\.raceID) == [1] && backtest.bets[0].won)
        let kept = try #require(backtest.removed.first { $0.gate == "price too old" })
        #expect(kept.bets == 1 && kept.profit > 0, "it would have won")
        let cap = backtest.removed.first { $0.gate.hasPrefix("capped") }
        #expect(cap?.bets == 0 && (cap?.units ?? 0) > 0, "a capped bet was still bet")
        #expect(try abs(#require(backtest.bets[0].clv) + log(0.9)) < 1e-12)
    }

    @Test func rulesTakeTheMorningPrice() {
        func runner(_ horse: Int64, _ morning: Double?, _ preplay: Double?, _ position: Int?) -> SelectionRule.Runner {
            SelectionRule.Runner(horseID: horse, morning: morning, preplay: preplay, closing: 3, outcome: RunnerOutcome(position: position))
        }
        let field = [runner(1, 4, 5, 2), runner(2, 2, 1.8, 1), runner(3, 2, 2.5, 3), runner(4, nil, 10, nil)]
        func horses(_ rule: SelectionRule) -> [Int64]? { rule.bets(raceID: 1, day: CalendarDay(1), field, commission: 0)?.map(\.horseID) }
        #expect(horses(.everyRunner) == [1, 2, 3] && horses(.favourite) == [2] && horses(.drifter) == [1, 3])
        #expect(SelectionRule.favourite.bets(raceID: 1, day: CalendarDay(1), field, commission: 0)?.map(\.profit) == [1])
        let gone = SelectionRule.Runner(
            horseID: 9, morning: 1.5, preplay: nil, closing: nil, outcome: RunnerOutcome(position: nil, isWithdrawn: true))
        #expect(
            SelectionRule.favourite.bets(raceID: 1, day: CalendarDay(1), field + [gone], commission: 0) == nil,
            "the morning's favourite was withdrawn: whoever backed another was paid less")
    }
}

import Betting
import Foundation
import Modeling
import Racing
import Testing

@Suite struct EvaluationTests {
    /// A race of two runners. The first has win probability `p`, and `won` says whether it won.
    private func race(
        _ id: Int64,
        p: Double,
        won: Bool,
        lead: Double = 600,
        stake: Double = 0,
        closing: Double? = 2,
        withdrawn: Bool = false
    ) -> EvaluatedRace {
        func runner(
            _ horse: Int64,
            _ p: Double,
            _ position: Int?,
            stake: Double,
            withdrawn: Bool = false
        ) -> EvaluatedRace.Runner {
            EvaluatedRace.Runner(
                horseID: horse,
                pWin: p,
                pModel: p,
                pMarket: 0.5,
                odds: 2.2,
                stake: stake,
                outcome: RunnerOutcome(position: position, isWithdrawn: withdrawn),
                closing: closing.map { ClosingPrice(odds: $0, source: .bsp) }
            )
        }
        var runners = [runner(1, p, won ? 1 : 2, stake: stake), runner(2, 1 - p, won ? 2 : 1, stake: 0)]
        if withdrawn { runners.append(runner(3, 0, nil, stake: 0, withdrawn: true)) }
        return EvaluatedRace(raceID: id, day: CalendarDay(0), lead: lead, runners: runners)
    }

    @Test func `log losses match hand-computed values`() throws {
        let e = try Evaluation([race(1, p: 0.8, won: true), race(2, p: 0.6, won: false)])
        #expect(abs(e.logLoss.blend - -(log(0.8) + log(0.4)) / 2) < 1e-12)
        #expect(abs(e.logLoss.market - log(2)) < 1e-12 && abs(e.logLoss.uniform - log(2)) < 1e-12)
        let gains = [log(0.8) - log(0.5), log(0.4) - log(0.5)]
        #expect(abs(e.blendGain - (gains[0] + gains[1]) / 2) < 1e-12)
        #expect(abs(e.blendGainSE - abs(gains[0] - gains[1]) / 2) < 1e-12, "the paired standard error of two races")
        #expect(e.leadLow == 600 && e.leadHigh == 600 && e.staked == 0 && e.roi == nil && e.clv == nil)
    }

    @Test func `counts races and stakes that are left out`() throws {
        let e = try Evaluation([
            race(1, p: 0.8, won: true), EvaluatedRace(raceID: 2, day: CalendarDay(0), lead: 0, runners: []),
            race(3, p: 0.7, won: true, stake: 1, withdrawn: true),
        ])
        #expect(e.leftOut == ["no signals or no result": 1] && e.races == 2)
        #expect(e.stakesLeftOut == 1 && e.staked == 0, "the reduction of the odds is unknown")
        #expect(throws: ModelingError.self) { try Evaluation([]) }
    }

    @Test func `settles stakes and measures closing line value`() throws {
        var policy = StakingPolicy()
        policy.defaultSource = StakingPolicy.Source(kind: .exchange, commission: 0.05)
        let e = try Evaluation(
            [race(1, p: 0.8, won: true, stake: 2), race(2, p: 0.8, won: false, stake: 1)],
            policy: policy
        )
        #expect(e.staked == 2 && e.turnover == 3 && abs(e.profit - (2 * 1.2 * 0.95 - 1)) < 1e-12)
        #expect(try abs(#require(e.clv) - log(1.1)) < 1e-12)
        let atTheOff = try Evaluation([race(1, p: 0.8, won: true, lead: 0, stake: 2)])
        #expect(atTheOff.staked == 1 && atTheOff.clv == nil, "a price taken at the off has no closing line value")
    }
}

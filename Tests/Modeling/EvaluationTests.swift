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

    /// The market gave the withdrawn favourite half of its probability; the others keep their proportions.
    @Test func `a priced runner that did not start is taken out of the market`() throws {
        func runner(_ horse: Int64, odds: Double, position: Int?, withdrawn: Bool = false) -> EvaluatedRace.Runner {
            EvaluatedRace.Runner(
                horseID: horse,
                pWin: 0.3,
                pModel: 0.3,
                pMarket: 0.9,
                odds: odds,
                stake: 0,
                outcome: RunnerOutcome(position: position, isWithdrawn: withdrawn),
                closing: nil
            )
        }
        let race = EvaluatedRace(
            raceID: 1,
            day: CalendarDay(0),
            lead: 600,
            runners: [
                runner(1, odds: 4, position: 1), runner(2, odds: 8, position: 2),
                runner(3, odds: 1.6, position: nil, withdrawn: true),
            ]
        )
        #expect(try abs(#require(race.losses?.market) - -log(2.0 / 3)) < 1e-12)
        #expect(abs(try Evaluation([race]).logLoss.market - -log(2.0 / 3)) < 1e-12)
    }

    @Test func `reports the market recalibrated by b alone`() throws {
        var blend = try JSONDecoder().decode(
            MarketBlend.self,
            from: Data(
                """
                {"a":0,"b":1,"bError":0.1,"unconstrainedA":0,"unconstrainedB":1,"unconstrainedAError":0.1,
                 "unconstrainedBError":0.1,"races":100,"lead":600,"marketAlone":2}
                """.utf8
            )
        )
        let races = [race(1, p: 0.8, won: true), race(2, p: 0.6, won: false)]
        let recalibrated = try #require(try Evaluation(races, blends: [blend]).recalibrated)
        #expect(abs(recalibrated.logLoss - log(2)) < 1e-12, "even chances stay even")
        #expect(abs(recalibrated.blendGain - (log(2) + (log(0.8) + log(0.4)) / 2)) < 1e-12)
        blend.marketAlone = nil
        #expect(try Evaluation(races, blends: [blend]).recalibrated == nil)
        #expect(try Evaluation(races).recalibrated == nil)
    }

    @Test func `compares place probabilities with what was seen, by win probability`() throws {
        func field(_ id: Int64, late: Bool = false, knowsPlaces: Bool = true) -> EvaluatedRace {
            let runners = (0..<4).map { index in
                var runner = EvaluatedRace.Runner(
                    horseID: Int64(index),
                    pWin: [0.4, 0.3, 0.29, 0.01][index],
                    pModel: 0.25,
                    pMarket: 0.25,
                    odds: 4,
                    stake: 0,
                    outcome: RunnerOutcome(position: knowsPlaces || index == 0 ? index + 1 : nil),
                    closing: nil
                )
                runner.pPlace = [0.7, 0.6, 0.6, 0.1][index]
                runner.places = 2
                return runner
            }
            return EvaluatedRace(
                raceID: id,
                day: CalendarDay(0),
                lead: 0,
                runners: runners,
                hasUnpricedWithdrawal: late
            )
        }
        let tables = try Evaluation([field(1), field(2), field(3, late: true), field(4, knowsPlaces: false)]).places
        #expect(tables.map(\.places) == [2])
        let bands = try #require(tables.first).bands
        #expect(bands.map(\.from) == [0, 0.25, 0.35] && bands.map(\.runners) == [2, 4, 2])
        #expect(bands.map(\.predicted) == [0.1, 0.6, 0.7] && bands.map(\.observed) == [0, 0.5, 1])
    }
}

import Foundation
import Kafka
import Messages
import Postgres
import Testing

/// Bets through the topics: rejections, late withdrawals, corrected results, and the settlement history.
@Suite(.timeLimit(.minutes(20))) struct BetTests {
    @Test func `settles bets, applies withdrawals, and settles again after a corrected result`() async throws {
        try await TestFleet.with(.simulated(seed: 3)) { fleet async throws in
            let scenario = try await BetScenario(fleet)
            // Two trackers share the partitions.
            let trackers = try (0..<2).map { _ in try fleet.start("clv-tracker") }
            try await recordsValidBetsAndRejectsOthers(scenario)
            try await settlesAfterRule4(scenario)
            try await waitsForTheReductionFactorOfAnExchange(scenario)
            try await settlesAgainAfterTheWinnerIsDisqualified(scenario)
            try await ignoresARepeatedResult(scenario)
            for tracker in trackers { #expect(await tracker.stop() == 0) }
        }
    }

    private func recordsValidBetsAndRejectsOthers(_ scenario: BetScenario) async throws {
        var late = scenario.placement("late", horse: scenario.winner)
        late.at = scenario.off + 1_801_000_000
        try await scenario.produce(
            scenario.placement("first", horse: scenario.winner),
            scenario.placement("loser", horse: scenario.second),
            scenario.placement("void", horse: scenario.withdrawn),
            late,
            scenario.placement("stranger", horse: 999_999_999),
            scenario.placement("known", horse: scenario.winner, minutesBeforeOff: 1)
        )
        try await scenario.fleet.wait { try await scenario.profits().count == 4 }
        try await scenario.fleet.wait {
            let reasons = try await scenario.fleet.deadLetters().compactMap { $0.header("dl_reason") }
            return reasons.contains { $0.contains("bet late") && $0.contains("after the scheduled off") }
                && reasons.contains { $0.contains("bet stranger") && $0.contains("999999999") }
        }
    }

    /// The withdrawal reduces the bets at a bookmaker that were struck before it.
    private func settlesAfterRule4(_ scenario: BetScenario) async throws {
        try await scenario.recordWithdrawal("--rule4 0.25")
        try await scenario.fleet.wait {
            try await scenario.fleet.pool.query("SELECT FROM modeling.withdrawals").count == 1
        }
        try await scenario.produce(scenario.settlement(scenario.horses, revision: 1))
        try await scenario.fleet.wait { try await scenario.profits().values.allSatisfy { $0 != nil } }
        // 4 to 1 less a quarter. The bet "known" was struck after the withdrawal.
        #expect(try await scenario.profits() == ["first": 6, "loser": -2, "void": 0, "known": 8])
    }

    /// A bet recorded after the result, on an exchange whose reduction factor is unknown at first.
    private func waitsForTheReductionFactorOfAnExchange(_ scenario: BetScenario) async throws {
        try await scenario.produce(scenario.placement("exchange", horse: scenario.winner, source: "betfair"))
        try await scenario.fleet.wait { try await scenario.profits().count == 5 }
        let unsettled = try await scenario.fleet.pool.query(
            "SELECT pnl, unsettled_reason FROM modeling.bets WHERE bet_ref = 'exchange'"
        )[0]
        #expect(try unsettled.find("pnl", as: Double.self) == nil)
        #expect(try unsettled.get("unsettled_reason", as: String.self).contains("reduction factor"))

        try await scenario.recordWithdrawal("--factor 0.2")
        try await scenario.fleet.wait { try await scenario.profits()["exchange"] != .some(nil) }
        // 5.0 less a fifth is 4.0, less 2 % commission on the winnings.
        let profit = try #require(try await scenario.profits()["exchange"] ?? nil)
        #expect(abs(profit - 6 * 0.98) < 1e-9)
    }

    private func settlesAgainAfterTheWinnerIsDisqualified(_ scenario: BetScenario) async throws {
        try await scenario.produce(corrected(scenario))
        // The second withdrawal message left the Rule 4 deduction in place: 4 to 1 less a quarter.
        try await scenario.fleet.wait { try await scenario.profits()["loser"] == 6 }
        try await scenario.fleet.wait { try await scenario.profits()["first"] == -2 }
        let history = try await scenario.settlementsOfFirst()
        #expect(history.first == 6 && history.last == -2)
    }

    private func ignoresARepeatedResult(_ scenario: BetScenario) async throws {
        let history = try await scenario.settlementsOfFirst()
        try await scenario.produce(
            corrected(scenario),
            scenario.placement("last", horse: scenario.second, minutesBeforeOff: 1)
        )
        try await scenario.fleet.wait { try await scenario.profits()["last"] == 8 }
        #expect(try await scenario.settlementsOfFirst().count == history.count)
    }

    private func corrected(_ scenario: BetScenario) -> RaceSettlement {
        scenario.settlement([scenario.second, scenario.winner] + scenario.horses.dropFirst(2), revision: 2)
    }
}

import ArgumentParser
import Betting
import Foundation
import ModelingStore
import Modelling
import Racing
import Workers

extension ReportCommand {
    struct Backtest: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "backtest", abstract: "What a staking policy, or a stated rule, would have bet on a window, and what came of it.",
            discussion: """
                Signals are staked again by the policy, at the prices they named; backfill the window first, before the off (a price taken at the off has
                no closing line to beat). With --rule the bets are one unit to win at the morning price, without a model: every-runner, favourite, or
                drifter, which looks ahead and is a yardstick only.
                Example: giddyup report backtest --from 2025-10-01 --to 2025-12-31 --policy config/staking.yaml --before-off 60m
                """)
        @Option(help: "The first day.")
        var from: DayArgument
        @Option(help: "The last day.")
        var to: DayArgument
        @Option(help: "The staking policy; by default STAKING_POLICY, or config/staking.yaml.")
        var policy: String?
        @Option(help: "NAME or NAME@VERSION; without a version the one in production.")
        var model = ModelArgument(argument: "hrd_win_prob")!
        @Option(help: "Stake the last signals at or before so long before the off, as 60m.")
        var beforeOff = DurationArgument(seconds: 0)
        @Option(help: "every-runner, favourite or drifter.")
        var rule: String?
        @Option(help: "Where the page goes.")
        var out = "report-backtest.html"
        @Flag(help: "Print JSON, and write no page.")
        var json = false

        struct Outcome: Encodable {
            let what: String
            let from: String
            let to: String
            let leftOut: Int
            let summary: BacktestSummary
            let regression: ClosingLineRegression?
            let removed: [Modelling.Backtest.Removed]
        }

        func validate() throws {
            guard from.day <= to.day else { throw ValidationError("--from \(from.day) is after --to \(to.day)") }
            if let rule, SelectionRule(rawValue: rule) == nil {
                throw ValidationError("--rule \(rule): \(SelectionRule.allCases.map(\.rawValue).joined(separator: ", "))")
            }
        }

        func run() async throws {
            let staking = try policy.map { try StakingPolicyFile.read($0) } ?? StakingPolicyFile.read()
            let connection = try Connection()
            let entries = try await BackfillCommand.races(from.day, to.day, connection)
            let bets: [BacktestBet]
            let outcome: Outcome
            if let rule = rule.flatMap({ SelectionRule(rawValue: $0) }) {
                let races = try await connection.pool.withConnection { try await BacktestReader.staged(entries, $0) }
                let judged = races.map {
                    rule.bets(raceID: $0.entry.key.raceID, day: $0.entry.key.day, $0.field, commission: staking.source("morning").commission)
                }
                bets = judged.flatMap { $0 ?? [] }
                outcome = Outcome(
                    what: "rule \(rule.rawValue), the morning price, BSP as the close", from: "\(from.day)", to: "\(to.day)",
                    leftOut: entries.count - judged.count { $0 != nil }, summary: BacktestSummary(bets), regression: nil, removed: [])
            } else {
                let found = try await connection.pool.withConnection { try await ModelRegistry.find(name: model.name, version: model.version, $0) }
                if let trained = found.trainedThrough, from.day <= trained {
                    throw CommandError("\(found.name) \(found.version) was trained on races to \(trained): choose --from after it")
                }
                let races = try await connection.pool.withConnection {
                    try await BacktestReader.signals(entries, modelID: found.modelID, beforeOff: beforeOff.seconds, $0)
                }
                guard !races.isEmpty else {
                    throw CommandError("no race of the window has signals of \(found.name) \(found.version): run `giddyup backfill` first")
                }
                let backtest = Modelling.Backtest(races, staking)
                bets = backtest.bets
                outcome = Outcome(
                    what: "\(found.name) \(found.version)", from: "\(from.day)", to: "\(to.day)", leftOut: backtest.leftOut,
                    summary: BacktestSummary(bets), regression: ClosingLineRegression(bets.compactMap(Self.observation)), removed: backtest.removed)
            }
            if json { return try Console.json(outcome) }
            try ReportCommand.write(BacktestPage(outcome: outcome, bets: bets).html(), to: out)
            Console.print(BacktestPage.line(outcome.summary) + " " + outcome.summary.verdict)
        }

        private static func observation(_ bet: BacktestBet) -> ClosingLineRegression.Observation? {
            guard let p = bet.probability, let clv = bet.clv else { return nil }
            return ClosingLineRegression.Observation(race: bet.raceID, probability: p, taken: bet.odds, closing: bet.odds / exp(clv))
        }
    }
}

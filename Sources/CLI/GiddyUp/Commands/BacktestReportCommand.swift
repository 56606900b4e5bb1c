import ArgumentParser
import Betting
import Modeling
import ModelingStore
import Operations
import Racing
import RacingStore
import Reporting

extension ReportCommand {
    struct Backtest: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "backtest",
            abstract: "Report what a staking policy, or a fixed rule, would have bet on a window.",
            discussion: """
                Stakes the stored signals by the policy, at the prices that they named. Run `giddyup backfill` on the \
                window first, with a time before the off: a price taken at the off has no closing line to beat.

                With --rule the bets are one unit to win at the morning price, without a model: every-runner, \
                favourite, or drifter, which looks ahead and is a baseline only.

                Example: giddyup report backtest --from 2025-10-01 --to 2025-12-31 --policy config/staking.yaml \
                --before-off 60m
                """
        )

        @Option(help: "The first day.")
        var from: DayArgument
        @Option(help: "The last day.")
        var to: DayArgument
        @Option(help: "The staking policy; by default STAKING_POLICY, or config/staking.yaml.")
        var policy: String?
        @Option(help: "NAME or NAME@VERSION; without a version, the one in production.")
        var model = ModelArgument.standard
        @Option(help: "Stake the last signals at least this long before the off, such as 60m.")
        var beforeOff = DurationArgument.zero
        @Option(help: "every-runner, favourite or drifter.")
        var rule: String?
        @Option(help: "The page to write.")
        var out = "report-backtest.html"
        @Flag(help: "Print JSON, and write no page.")
        var json = false

        func validate() throws {
            try Check.window(from, to)
            if let rule, SelectionRule(rawValue: rule) == nil {
                let rules = SelectionRule.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("unknown --rule \(rule): use one of \(rules)")
            }
        }

        func run() async throws {
            let context = try CommandContext()
            let staking = try context.stakingPolicy(file: policy)
            let races = try await context.scheduledRaces(from: from.day, to: to.day)
            let page: BacktestPage
            if let rule = rule.flatMap({ SelectionRule(rawValue: $0) }) {
                page = try await bet(on: races, by: rule, staking, context)
            } else {
                page = try await stakeSignals(of: races, staking, context)
            }
            if json { return try Console.json(page.outcome) }
            try ReportCommand.write(page.html(), to: out)
            Console.print(page.summaryLine)
        }

        /// Bets by a rule at the morning prices.
        private func bet(
            on races: [ScheduledRace],
            by rule: SelectionRule,
            _ staking: StakingPolicy,
            _ context: CommandContext
        ) async throws -> BacktestPage {
            let staged = try await context.pool.withConnection { try await BacktestStore.readStaged(races, $0) }
            let commission = staking.source("morning").commission
            let betsByRace = staged.compactMap { race in
                rule.bets(
                    raceID: race.entry.key.raceID,
                    day: race.entry.key.day,
                    race.field,
                    commission: commission
                )
            }
            let bets = betsByRace.flatMap(\.self)
            let outcome = BacktestOutcome(
                bets,
                rule: rule,
                leftOut: races.count - betsByRace.count,
                from: "\(from.day)",
                to: "\(to.day)"
            )
            return BacktestPage(outcome: outcome, bets: bets)
        }

        /// Stakes a model's signals by the policy.
        private func stakeSignals(
            of races: [ScheduledRace],
            _ staking: StakingPolicy,
            _ context: CommandContext
        ) async throws -> BacktestPage {
            let found = try await context.model(model.name, version: model.version)
            try WindowEvaluator.requireUntrained(found, from: from.day)
            let signals = try await context.pool.withConnection { connection in
                try await BacktestStore.readSignals(
                    races,
                    modelID: found.modelID,
                    beforeOff: beforeOff.seconds,
                    connection
                )
            }
            let name = "\(found.name) \(found.version)"
            guard !signals.isEmpty else {
                throw CommandError("no race of the window has signals of \(name): run `giddyup backfill` first")
            }
            let backtest = Modeling.Backtest(signals, staking)
            let outcome = BacktestOutcome(backtest, model: name, from: "\(from.day)", to: "\(to.day)")
            return BacktestPage(outcome: outcome, bets: backtest.bets)
        }
    }
}

import ArgumentParser
import Features
import Foundation
import Learning
import Modeling
import Operations
import Racing
import RacingStore
import Reporting
import WorkerRuntime

extension FeaturesCommand {
    struct AuditCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "audit",
            abstract: "Check that no feature sees the result of its own race.",
            discussion: """
                Permutes the results among the starters of each race, rebuilds the features, and trains and tests a \
                model: it must not beat 1/n by more than two standard errors. Then plants the race's own time as a \
                feature, which the audit must find. Exits with 1 if either check fails.

                Example: giddyup features audit --to 2024-07-05
                """
        )

        @Option(help: "The first day to learn from; by default a year after the first result.")
        var from: DayArgument?
        @Option(help: "The last day.")
        var to: DayArgument
        @Option(help: "The feature set's version.")
        var set = FeatureSet.latest.version
        @Option(help: "The seed of the permutation.")
        var seed: UInt64 = 1
        @Flag(help: "Print JSON.")
        var json = false

        private struct Outcome: Encodable {
            let seed: UInt64
            let permuted: LeakAudit
            let planted: LeakAudit
            let passes: Bool
        }

        func run() async throws {
            let context = try CommandContext()
            let last = to.day
            let formBook = try await FormBookReader.read(context.pool, before: last.advanced(by: 1)).book
            guard let first = formBook.firstTrainingDay(from: from?.day, through: last) else {
                throw CommandError("there is no result up to \(last): import results first")
            }
            guard let features = FeatureSet.all[set] else {
                throw CommandError("unknown --set \(set): use one of \(FeaturesCommand.versions)")
            }
            let threads = ProcessInfo.processInfo.activeProcessorCount
            let bar = ProgressBar("audit")
            let pair = try await runOnThread { [seed] isCancelled, progress in
                try LeakAuditPair(
                    formBook,
                    features,
                    from: first,
                    through: last,
                    seed: seed,
                    threads: threads,
                    isCancelled: isCancelled,
                    onProgress: progress
                )
            } report: { stage, share in
                bar.update(share, stage)
            }
            bar.finish("\(pair.permuted.races) races tested")
            let outcome = Outcome(seed: seed, permuted: pair.permuted, planted: pair.planted, passes: pair.passes)
            if json { try Console.json(outcome) } else { Self.lines(outcome).forEach(Console.print) }
            if !outcome.passes { throw ExitCode.failure }
        }

        private static func lines(_ outcome: Outcome) -> [String] {
            let permuted = outcome.permuted.passes ? "no leak" : "LEAK: a feature sees the result of its own race"
            let planted = outcome.planted.passes ? "NOT FOUND: the audit cannot detect leaks" : "found, as expected"
            return [
                line("results permuted", outcome.permuted, permuted),
                line("own time planted", outcome.planted, planted),
            ]
        }

        private static func line(_ title: String, _ audit: LeakAudit, _ verdict: String) -> String {
            return "\(title): log loss \(Figure.loss(audit.model)), uniform \(Figure.loss(audit.uniform)), gain "
                + "\(Figure.loss(audit.gain)) ± \(Figure.loss(audit.gainSE)) on \(audit.races) races: \(verdict)"
        }
    }
}

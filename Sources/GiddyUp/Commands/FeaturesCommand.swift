import ArgumentParser
import Features
import Foundation
import Modelling
import Racing
import RacingStore
import Workers

struct FeaturesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "features", abstract: "The ability features.", subcommands: [ListCommand.self, AuditCommand.self, AblateCommand.self])

    struct ListCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "Every feature of a set: name, group, unit, meaning, and the history that it reads.",
            discussion: "Example: giddyup features list --markdown")

        @Option(help: "The set's version.")
        var set = 1
        @Flag(help: "Print Markdown, as docs/features.md has it.")
        var markdown = false
        @Flag(help: "Print JSON.")
        var json = false

        private struct Row: Encodable {
            let name, group, unit, meaning, reads: String
        }
        private struct Outcome: Encodable {
            let set: Int
            let hash: String
            let features: [Row]
        }

        func run() async throws {
            guard let features = FeatureSet.all[set] else {
                throw CommandError("there is no feature set \(set): \(FeatureSet.all.keys.sorted().map(String.init).joined(separator: ", "))")
            }
            if markdown { return Console.print(features.markdown) }
            let rows = features.table.map { Row(name: $0.name, group: $0.group, unit: $0.unit, meaning: $0.meaning, reads: $0.reads) }
            if json { return try Console.json(Outcome(set: set, hash: features.hash, features: rows)) }
            Console.print("feature set \(set), \(rows.count) features, hash \(features.hash)")
            let widths = (rows.map(\.name.count).max() ?? 0, rows.map(\.group.count).max() ?? 0, rows.map(\.unit.count).max() ?? 0)
            for row in rows {
                let name = row.name.padding(toLength: widths.0, withPad: " ", startingAt: 0)
                let group = row.group.padding(toLength: widths.1, withPad: " ", startingAt: 0)
                let unit = row.unit.padding(toLength: widths.2, withPad: " ", startingAt: 0)
                Console.print("  \(name)  \(group)  \(unit)  \(row.meaning) (reads: \(row.reads))")
            }
        }
    }

    struct AuditCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "audit", abstract: "Whether the features can see a result that they must not see.",
            discussion: """
                Results are permuted among the starters of each race, features built again, a model trained and tested on later races: it must not
                beat 1/n by more than two standard errors. Then the race's own time is planted as a feature, which the audit must find. Exit 1 where
                either fails.
                Example: giddyup features audit --to 2024-07-05
                """)

        @Option(help: "The first day to learn from; by default a year after the first result.")
        var from: DayArgument?
        @Option(help: "The last day.")
        var to: DayArgument
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
            let connection = try Connection()
            let last = to.day
            let book = try await FormBookReader.read(connection.pool, before: last.advanced(by: 1)).book
            guard let first = book.firstTrainingDay(from: from?.day, through: last) else {
                throw CommandError("there is no result up to \(last): import results first")
            }
            let (threads, seed) = (ProcessInfo.processInfo.activeProcessorCount, seed)
            let bar = ProgressBar("audit")
            let pair = try await onOwnThread { isCancelled, progress in
                try LeakAuditPair(
                    book, .ability1, from: first, through: last, seed: seed, threads: threads, isCancelled: isCancelled, onProgress: progress)
            } report: { stage, share in
                bar.update(share, stage)
            }
            bar.finish("\(pair.permuted.races) races tested")
            let outcome = Outcome(seed: seed, permuted: pair.permuted, planted: pair.planted, passes: pair.passes)
            if json { try Console.json(outcome) } else { Self.lines(outcome).forEach(Console.print) }
            if !outcome.passes { throw ExitCode.failure }
        }

        private static func lines(_ outcome: Outcome) -> [String] {
            func line(_ title: String, _ audit: LeakAudit, _ verdict: String) -> String {
                let numbers = [audit.uniform, audit.model, audit.gain, audit.gainSE].map { String(format: "%.4f", $0) }
                return
                    "\(title): log loss \(numbers[1]), uniform \(numbers[0]), gain \(numbers[2]) ± \(numbers[3]) on \(audit.races) races: \(verdict)"
            }
            return [
                line("results permuted", outcome.permuted, outcome.permuted.passes ? "no leak" : "LEAK: a feature sees the result of its own race"),
                line("own time planted", outcome.planted, outcome.planted.passes ? "NOT FOUND: the audit is blind" : "found, as it must be"),
            ]
        }
    }
}

import ArgumentParser
import Features
import Foundation
import Operations

extension FeaturesCommand {
    struct ListCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List every feature of a set: name, group, unit, meaning, and the history that it reads.",
            discussion: "Example: giddyup features list --markdown"
        )

        @Option(help: "The set's version.")
        var set = FeatureSet.latest.version
        @Flag(help: "Print Markdown, as in docs/features.md.")
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
                throw CommandError("unknown feature set \(set): use one of \(FeaturesCommand.versions)")
            }
            if markdown { return Console.print(features.markdown) }
            let rows = features.table.map {
                Row(name: $0.name, group: $0.group, unit: $0.unit, meaning: $0.meaning, reads: $0.reads)
            }
            if json { return try Console.json(Outcome(set: set, hash: features.hash, features: rows)) }
            Console.print("feature set \(set), \(rows.count) features, hash \(features.hash)")
            let columns = [rows.map(\.name), rows.map(\.group), rows.map(\.unit)].map(Self.padded)
            for (index, row) in rows.enumerated() {
                let start = columns.map { $0[index] }.joined(separator: "  ")
                Console.print("  \(start)  \(row.meaning) (reads: \(row.reads))")
            }
        }

        /// The texts, padded to the longest.
        private static func padded(_ texts: [String]) -> [String] {
            let width = texts.map(\.count).max() ?? 0
            return texts.map { $0.padding(toLength: width, withPad: " ", startingAt: 0) }
        }
    }
}

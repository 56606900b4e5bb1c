import ArgumentParser
import Datasets
import Features
import Fleet
import Foundation
import Messages
import ModelingStore
import Racing

struct DatasetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dataset", abstract: "Data sets of features, as Parquet files.", subcommands: [Build.self, List.self])

    struct Build: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "build", abstract: "Build months of features as Parquet, through the fleet.",
            discussion: """
                Each month that the days touch is a part, built whole by any feature-builder under ARTIFACT_ROOT/datasets/NAME; the manifest is
                modeling.dataset_parts. A part that is in place, and made of what racing.* holds now, is not built again. Where no feature-builder is
                running, one is started for this run.
                Example: giddyup dataset build --from 2016-01-01 --to 2024-07-05
                """)

        @Option(help: "The first day.")
        var from: DayArgument
        @Option(help: "The last day.")
        var to: DayArgument
        @Option(help: "The data set's name.")
        var name = "ability"
        @Option(help: "The feature set's version.")
        var set = 1
        @Flag(help: "Build every part, changed or not.")
        var force = false
        @Flag(help: "Say which parts would be requested, and request nothing.")
        var dryRun = false
        @Flag(help: "Print JSON.")
        var json = false

        func validate() throws {
            guard from.day <= to.day else { throw ValidationError("--from \(from.day) is after --to \(to.day)") }
            guard DatasetName.isValid(name) else { throw ValidationError("--name \(name): \(DatasetName.rule)") }
            guard FeatureSet.all[set] != nil else {
                throw ValidationError("--set \(set): \(FeatureSet.all.keys.sorted().map(String.init).joined(separator: ", "))")
            }
        }

        struct Outcome: Codable {
            var dataset: String
            var built = 0
            var unchanged = 0
            var empty = 0
            var rows = 0
            var bytes = 0
            var seconds = 0.0
        }

        func run() async throws {
            let connection = try Connection()
            let months = DatasetMonth.covering(from.day, to.day)
            if dryRun { return Console.print("would request \(months.count) parts of \(name), \(months[0]) to \(months[months.count - 1])") }
            let outcome = try await LocalFleet.with(["feature-builder"], connection) { fleet in
                if fleet != nil, connection.configuration.artifactRoot == nil {
                    throw CommandError("ARTIFACT_ROOT is not set: name the folder that data sets are kept in")
                }
                return try await Self.build(months, name: name, set: set, force: force, connection) { try fleet?.check() }
            }
            if json { return try Console.json(outcome) }
            Console.print(
                "\(outcome.dataset): \(outcome.built) parts built, \(outcome.unchanged) unchanged, \(outcome.empty) months without races; \(outcome.rows) starters, \(outcome.bytes / 1_000_000) MB in all, \(String(format: "%.1f", outcome.seconds)) s"
            )
        }

        static func build(
            _ months: [DatasetMonth], name: String, set: Int, force: Bool, _ connection: Connection, check: () throws -> Void
        ) async throws -> Outcome {
            let requestID = "\(name)-\(UUID().uuidString.prefix(8).lowercased())"
            let (start, bar) = (ContinuousClock.now, ProgressBar("dataset \(name)"))
            try await connection.producer().send(
                try months.map { month in
                    var request = DatasetRequest()
                    (request.requestID, request.dataset, request.part) = (requestID, name, month.description)
                    (request.featureSet, request.force) = (UInt32(set), force)
                    request.throughDay = months[months.count - 1].last.number
                    return try request.record(prefix: connection.configuration.topicPrefix)
                })
            var outcomes: [String: (outcome: String, error: String?)] = [:]
            while outcomes.count < months.count || outcomes.values.contains(where: { $0.outcome == "failed" }) {
                outcomes = try await connection.pool.withConnection { try await DatasetManifest.outcomes(requestID: requestID, $0) }
                let failed = outcomes.values.first { $0.outcome == "failed" }
                bar.update(
                    Double(outcomes.count) / Double(months.count),
                    failed.map { "trying again: \($0.error ?? "")" }
                        ?? (outcomes.isEmpty ? "waiting for a feature-builder" : "\(outcomes.count) of \(months.count) parts"))
                try check()
                try await Task.sleep(for: .milliseconds(100))
            }
            if let refused = outcomes.first(where: { $0.value.outcome == "refused" }) {
                throw CommandError("part \(refused.key) is refused: \(refused.value.error ?? "")")
            }
            let parts = try await connection.pool.withConnection { try await DatasetManifest.read(months.map { (name, "\($0)") }, $0) }
            bar.finish("\(months.count) parts")
            func count(_ outcome: String) -> Int { outcomes.values.count { $0.outcome == outcome } }
            return Outcome(
                dataset: name, built: count("built"), unchanged: count("unchanged"), empty: count("empty"), rows: parts.reduce(0) { $0 + $1.rows },
                bytes: parts.reduce(0) { $0 + $1.bytes }, seconds: (ContinuousClock.now - start) / .seconds(1))
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "The parts of a data set.", discussion: "Example: giddyup dataset list --name ability")

        @Option(help: "The data set's name.")
        var name = "ability"
        @Flag(help: "Print JSON.")
        var json = false

        private struct Row: Encodable {
            let part, path, sha256, featureSetHash: String
            let races, rows, bytes: Int
        }

        func run() async throws {
            let connection = try Connection()
            let parts = try await connection.pool.withConnection { try await DatasetManifest.read(dataset: name, $0) }
            if json {
                return try Console.json(
                    parts.map {
                        Row(
                            part: $0.part, path: $0.path, sha256: $0.sha256, featureSetHash: $0.featureSetHash, races: $0.races, rows: $0.rows,
                            bytes: $0.bytes)
                    })
            }
            guard !parts.isEmpty else { throw CommandError("there is no part of \(name): giddyup dataset build --help") }
            for part in parts { Console.print("\(part.part)  \(part.races) races  \(part.rows) starters  \(part.bytes / 1000) kB  \(part.path)") }
        }
    }
}

import ArgumentParser
import Datasets
import Features
import Foundation
import ModelingStore
import Operations

struct DatasetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dataset",
        abstract: "Data sets of features, as Parquet files.",
        subcommands: [Build.self, List.self]
    )

    struct Build: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "build",
            abstract: "Build months of features as Parquet, through the fleet.",
            discussion: """
                Each month of the window is a part. Feature builders write it under ARTIFACT_ROOT/datasets/NAME and \
                record it in the manifest, modeling.dataset_parts. A part that exists and is up to date is not \
                built again. If no feature builder is running, one is started for this run.

                Example: giddyup dataset build --from 2016-01-01 --to 2024-07-05
                """
        )

        @Option(help: "The first day.")
        var from: DayArgument
        @Option(help: "The last day.")
        var to: DayArgument
        @Option(help: "The data set's name.")
        var name = "ability"
        @Option(help: "The feature set's version.")
        var set = FeatureSet.latest.version
        @Flag(help: "Build every part, even if it is up to date.")
        var force = false
        @Flag(help: "Print which parts would be requested, and request nothing.")
        var dryRun = false
        @Flag(help: "Print JSON.")
        var json = false

        func validate() throws {
            try Check.window(from, to)
            guard DatasetName.isValid(name) else { throw ValidationError("--name \(name): \(DatasetName.rule)") }
            guard FeatureSet.all[set] != nil else {
                throw ValidationError("unknown --set \(set): use one of \(FeaturesCommand.versions)")
            }
        }

        func run() async throws {
            let context = try CommandContext()
            let months = DatasetMonth.covering(from.day, to.day)
            if dryRun {
                let window = "\(months[0]) to \(months[months.count - 1])"
                return Console.print("would request \(months.count) parts of \(name), \(window)")
            }
            // A builder that is started for this run writes to the ARTIFACT_ROOT of this process; running ones have
            // their own setting.
            if context.configuration.artifactRoot == nil,
                try await !LocalFleet.missing(["feature-builder"], context).isEmpty
            {
                throw CommandError("ARTIFACT_ROOT is not set: export the folder that data sets are kept in")
            }
            let build = DatasetBuild(months, name: name, set: set, force: force)
            let outcome = try await LocalFleet.with(["feature-builder"], context) { check in
                try await build.run(context, check: check)
            }
            if json { return try Console.json(outcome) }
            let seconds = String(format: "%.1f", outcome.seconds)
            Console.print(
                "\(outcome.dataset): \(outcome.built) parts built, \(outcome.unchanged) unchanged, "
                    + "\(outcome.empty) months without races; \(outcome.rows) starters, "
                    + "\(outcome.bytes / 1_000_000) MB in all, \(seconds) s"
            )
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List the parts of a data set.",
            discussion: "Example: giddyup dataset list --name ability"
        )

        @Option(help: "The data set's name.")
        var name = "ability"
        @Flag(help: "Print JSON.")
        var json = false

        private struct Row: Encodable {
            let part, path, sha256, featureSetHash: String
            let races, rows, bytes: Int

            init(_ part: DatasetPartStore.Part) {
                self.part = part.part
                path = part.path
                sha256 = part.sha256
                featureSetHash = part.featureSetHash
                races = part.races
                rows = part.rows
                bytes = part.bytes
            }
        }

        func run() async throws {
            let context = try CommandContext()
            let parts = try await context.pool.withConnection { try await DatasetPartStore.read(dataset: name, $0) }
            if json { return try Console.json(parts.map(Row.init)) }
            guard !parts.isEmpty else {
                throw CommandError("data set \(name) has no parts: see giddyup dataset build --help")
            }
            for part in parts {
                Console.print(
                    "\(part.part)  \(part.races) races  \(part.rows) starters  \(part.bytes / 1000) kB  \(part.path)"
                )
            }
        }
    }
}

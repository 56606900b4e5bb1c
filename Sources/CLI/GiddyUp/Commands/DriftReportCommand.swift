import ArgumentParser
import Drift
import ModelingStore
import Operations
import Racing
import Reporting

extension ReportCommand {
    struct Drift: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "drift",
            abstract: "Report how far live features and predictions are from what a model was trained on.",
            discussion: """
                Shows the latest runs: each day a trainer compares the live races of the days before (drift_at and \
                drift_days in config/schedule.yaml). `giddyup drift` compares now.

                Example: giddyup report drift --out drift.html
                """
        )

        @Argument(help: "NAME or NAME@VERSION; by default the models in production.")
        var model: ModelArgument?
        @Option(help: "The page to write.")
        var out = "report-drift.html"
        @Flag(help: "Print JSON, and write no page.")
        var json = false

        func run() async throws {
            let context = try CommandContext()
            var modelID: Int64?
            if let model { modelID = try await context.model(model.name, version: model.version).modelID }
            let runs = try await context.pool.withConnection { [modelID] connection in
                try await DriftStore.readLatest(modelID: modelID, connection)
            }
            guard !runs.isEmpty else {
                throw CommandError("no drift was measured yet: run `giddyup drift` after a race day")
            }
            if json { return try Console.json(runs.map(DriftOutcome.init)) }
            try ReportCommand.write(DriftPage(runs).html(), to: out)
        }
    }
}

/// A drift run as the command line prints it for machines.
struct DriftOutcome: Encodable {
    struct Column: Encodable {
        var name, kind: String
        var test: String?
        var score, psi: Double?
        var drifted: Bool
        var missing, referenceMissing: Double
        var mean, referenceMean: Double?
    }

    var model: String
    var from, to, referenceFrom, referenceTo: String
    var races, rows, referenceRows, columns, drifted: Int
    var share: Double
    var isDrifted: Bool
    var details: [Column]

    init(_ run: DriftRun) {
        model = run.model
        (from, to) = ("\(run.days.lowerBound)", "\(run.days.upperBound)")
        (referenceFrom, referenceTo) = ("\(run.referenceDays.lowerBound)", "\(run.referenceDays.upperBound)")
        (races, rows, referenceRows) = (run.races, run.currentRows, run.referenceRows)
        (columns, drifted, share) = (run.summary.columns, run.summary.drifted, run.summary.share)
        isDrifted = run.summary.isDrifted
        details = run.columns.map { column in
            Column(
                name: column.name,
                kind: column.kind.rawValue,
                test: column.test?.rawValue,
                score: column.score,
                psi: column.psi,
                drifted: column.isDrifted,
                missing: column.current.missingShare,
                referenceMissing: column.reference.missingShare,
                mean: column.current.mean,
                referenceMean: column.reference.mean
            )
        }
    }
}

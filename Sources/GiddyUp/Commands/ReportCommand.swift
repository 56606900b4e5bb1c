import ArgumentParser
import Foundation
import ModelingStore
import Modelling
import Racing
import Reporting

struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Pages to read and to keep: one file each, nothing loaded from elsewhere.",
        subcommands: [Model.self, Backtest.self, CLV.self])

    /// - Throws: `CommandError` where the page cannot be written; nothing half-written is left.
    static func write(_ html: String, to path: String) throws {
        do { try Data(html.utf8).write(to: URL(fileURLWithPath: path), options: .atomic) } catch {
            throw CommandError("\(path) cannot be written: \(error.localizedDescription)")
        }
        Console.print(path)
    }

    struct Model: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "model",
            abstract: "How good a model's signals were: calibration, log loss beside the market, where it gains, what it goes by.",
            discussion: """
                Judges what `giddyup evaluate` judges; backfill the window first. An ablation (giddyup features ablate --json) can be shown with it.
                Example: giddyup report model hrd_win_prob --from 2024-07-06 --to 2025-07-16 --out model.html
                """)
        @Argument(help: "NAME or NAME@VERSION; without a version the one in production.")
        var model: ModelArgument
        @Option(help: "The first day.")
        var from: DayArgument
        @Option(help: "The last day.")
        var to: DayArgument
        @Option(help: "Judge the last signals at or before so long before the off, as 60m.")
        var beforeOff = DurationArgument(seconds: 0)
        @Option(help: "The JSON that `giddyup features ablate --json` printed.")
        var ablation: String?
        @Option(help: "Where the page goes.")
        var out = "report-model.html"

        func validate() throws {
            guard from.day <= to.day else { throw ValidationError("--from \(from.day) is after --to \(to.day)") }
        }

        func run() async throws {
            let connection = try Connection()
            let found = try await connection.pool.withConnection { try await ModelRegistry.find(name: model.name, version: model.version, $0) }
            let (outcome, races) = try await EvaluateCommand.read(from: from.day, to: to.day, beforeOff: beforeOff.seconds, found, connection)
            let bundle = try await connection.pool.withConnection { try await ModelRegistry.bundle(modelID: found.modelID, $0) }
            let removed = try ablation.map { path -> Ablation in
                guard let data = FileManager.default.contents(atPath: path) else { throw CommandError("--ablation \(path) cannot be read") }
                do { return try JSONDecoder().decode(Ablation.self, from: data) } catch {
                    throw CommandError("--ablation \(path) is not what `giddyup features ablate --json` prints: \(error)")
                }
            }
            let report = ModelReport(
                outcome: outcome, slices: EvaluationSlices(races), bundle: bundle, importance: try Predictor(bundle).importance(), ablation: removed)
            try ReportCommand.write(report.html(), to: out)
        }
    }
}

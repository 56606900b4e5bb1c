import ArgumentParser
import Foundation
import Learning
import Modeling
import Operations
import Reporting

extension ReportCommand {
    struct Model: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "model",
            abstract: "Report how good a model's signals were: log loss, calibration, parts and features.",
            discussion: """
                Evaluates the same signals as `giddyup evaluate`; run `giddyup backfill` on the window first. The page \
                can include an ablation (giddyup features ablate --json).

                Example: giddyup report model hrd_win_prob --from 2024-07-06 --to 2025-07-16 --out model.html
                """
        )

        @Argument(help: "NAME or NAME@VERSION; without a version, the one in production.")
        var model: ModelArgument
        @Option(help: "The first day.")
        var from: DayArgument
        @Option(help: "The last day.")
        var to: DayArgument
        @Option(help: "Evaluate the last signals at least this long before the off, such as 60m.")
        var beforeOff = DurationArgument.zero
        @Option(help: "A file with the output of `giddyup features ablate --json`.")
        var ablation: String?
        @Option(help: "The page to write.")
        var out = "report-model.html"

        func validate() throws { try Check.window(from, to) }

        func run() async throws {
            let context = try CommandContext()
            let found = try await context.model(model.name, version: model.version)
            let (evaluation, races) = try await WindowEvaluator.read(
                from: from.day,
                to: to.day,
                beforeOff: beforeOff.seconds,
                found,
                context
            )
            let bundle = try await context.bundle(of: found)
            let page = ModelPage(
                window: evaluation,
                slices: EvaluationSlices(races),
                bundle: bundle,
                importance: try Predictor(bundle).importance(),
                ablation: try ablation.map(Self.readAblation)
            )
            try ReportCommand.write(page.html(), to: out)
        }

        private static func readAblation(_ path: String) throws(CommandError) -> Ablation {
            guard let data = FileManager.default.contents(atPath: path) else {
                throw CommandError("cannot read --ablation \(path)")
            }
            do { return try JSONDecoder().decode(Ablation.self, from: data) } catch {
                throw CommandError(
                    "--ablation \(path) is not the output of `giddyup features ablate --json`: \(error)"
                )
            }
        }
    }
}

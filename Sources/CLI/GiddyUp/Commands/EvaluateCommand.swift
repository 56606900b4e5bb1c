import ArgumentParser
import Modeling
import Operations

struct EvaluateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Evaluate the signals of a window: log loss against the market, calibration, ROI and CLV.",
        discussion: """
            Evaluates the last signals of each race at or before its off. Windows that the model was trained on are \
            refused.

            Example: giddyup evaluate --from 2024-07-06 --to 2025-07-16 --json
            """
    )

    @Option(help: "The first day.")
    var from: DayArgument
    @Option(help: "The last day.")
    var to: DayArgument
    @Option(help: "NAME or NAME@VERSION; without a version, the one in production.")
    var model = ModelArgument.standard
    @Option(help: "Evaluate the last signals at least this long before the off, such as 60m.")
    var beforeOff = DurationArgument.zero
    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws { try Check.window(from, to) }

    func run() async throws {
        let context = try CommandContext()
        let found = try await context.model(model.name, version: model.version)
        let evaluation = try await WindowEvaluator.read(
            from: from.day,
            to: to.day,
            beforeOff: beforeOff.seconds,
            found,
            context
        ).evaluation
        if json { return try Console.json(evaluation) }
        for line in EvaluationLines(evaluation).lines { Console.print(line) }
    }
}

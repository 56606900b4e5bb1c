import ArgumentParser
import Drift
import Foundation
import ModelingStore
import Operations
import Racing
import Reporting
import Trainer

struct DriftCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drift",
        abstract: "Compare live features and predictions with what a model was trained on, now.",
        discussion: """
            Reads race.features, where each live race has what it was scored with, and records the run for \
            `giddyup report drift`.

            Example: giddyup drift hrd_win_prob --from 2025-07-10 --to 2025-07-16
            """
    )

    @Argument(help: "NAME or NAME@VERSION; without a version, the one in production.")
    var model: ModelArgument
    @Option(help: "The first day.")
    var from: DayArgument
    @Option(help: "The last day.")
    var to: DayArgument
    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws { try Check.window(from, to) }

    func run() async throws {
        let context = try CommandContext()
        let found = try await context.model(model.name, version: model.version)
        let run = try await DriftComparison(
            try await context.bundle(of: found),
            modelID: found.modelID,
            days: from.day...to.day,
            context.pool,
            context.configuration
        ).run()
        if json { return try Console.json(DriftOutcome(run)) }
        Console.print("\(run.model): \(DriftPage.verdict(run))")
        for column in run.columns.filter(\.isDrifted).prefix(20) {
            let score = column.score.map { Figure.short($0) } ?? "no values"
            Console.print("  \(column.kind.rawValue) \(column.name): \(column.test?.rawValue ?? "") \(score)")
        }
    }
}

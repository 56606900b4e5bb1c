import ArgumentParser
import Foundation
import Modeling
import ModelingStore
import Operations
import Racing
import RacingStore
import Reporting

extension ModelsCommand {
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show a model: its training, its metrics, and its live results next to production.",
            discussion: """
                A challenger in shadow is compared with the production model of its name, on the races that both \
                scored live at the same moment.

                Example: giddyup models show hrd_win_prob@2 --days 90
                """
        )

        @Argument(help: "NAME or NAME@VERSION; without a version, the one in production.")
        var model: ModelArgument
        @Option(help: "How many days of live results to compare.")
        var days = 90
        @Flag(help: "Print JSON.")
        var json = false

        struct Outcome: Encodable {
            let model: RegisteredModel
            let production: String?
            let from: String?
            let to: String?
            let live: ModelComparison?
        }

        func validate() throws {
            guard (1...3660).contains(days) else { throw ValidationError("--days \(days): 1 to 3660") }
        }

        func run() async throws {
            let context = try CommandContext()
            let outcome = try await compare(try await context.model(model.name, version: model.version), context)
            if json { return try Console.json(outcome) }
            for line in Self.description(of: outcome.model) + Self.comparison(outcome) { Console.print(line) }
        }

        private func compare(_ model: RegisteredModel, _ context: CommandContext) async throws -> Outcome {
            try await context.pool.withConnection { connection in
                let active = try await ModelRegistry.activeModels(connection)
                let production = active.first { $0.name == model.name && $0.stage == .production }
                guard let production, production.modelID != model.modelID,
                    let last = try await FormBookReader.lastDay(connection)
                else { return Outcome(model: model, production: nil, from: nil, to: nil, live: nil) }
                let first = last.advanced(by: 1 - days)
                let races = try await RaceCalendar.read(from: first, through: last, connection).races
                let own = try await EvaluationStore.read(races, modelID: model.modelID, live: true, connection)
                let other = try await EvaluationStore.read(races, modelID: production.modelID, live: true, connection)
                return Outcome(
                    model: model,
                    production: "\(production.name) \(production.version)",
                    from: "\(first)",
                    to: "\(last)",
                    live: ModelComparison(own: own, other: other)
                )
            }
        }

        private static func description(of model: RegisteredModel) -> [String] {
            let shadow = model.isShadow ? " (shadow)" : ""
            var lines = [
                "\(model.name) \(model.version): \(model.stage.rawValue)\(shadow), id \(model.modelID), "
                    + "bundle \(model.artifactURI ?? "none")"
            ]
            if let trained = model.trainedThrough {
                lines.append("trained to \(trained), features \(model.featureSetHash ?? "unknown")")
            }
            if let uri = model.mlflowURI { lines.append("in MLflow as \(uri)") }
            let metrics = model.metricsJSON.flatMap { text in
                try? JSONDecoder().decode([String: Double].self, from: Data(text.utf8))
            }
            for (name, value) in (metrics ?? [:]).sorted(by: { $0.key < $1.key }) {
                lines.append("  \(name.padding(toLength: 26, withPad: " ", startingAt: 0)) \(Figure.loss(value))")
            }
            return lines
        }

        private static func comparison(_ outcome: Outcome) -> [String] {
            guard let production = outcome.production, let from = outcome.from, let to = outcome.to else { return [] }
            guard let live = outcome.live else {
                return [
                    "next to \(production), \(from) to \(to): fewer than two races with a result that both models "
                        + "scored live at the same moment"
                ]
            }
            let rows = [("model alone", live.model), ("used to stake", live.blend)].map { name, gain in
                let title = name.padding(toLength: 14, withPad: " ", startingAt: 0)
                return "  \(title) log loss \(Figure.loss(gain.own)) against \(Figure.loss(gain.other)), better by "
                    + Figure.loss(gain.gain, error: gain.gainSE)
            }
            return ["next to \(production) on \(live.races) live races, \(from) to \(to):"] + rows
        }
    }
}

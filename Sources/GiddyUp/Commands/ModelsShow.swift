import ArgumentParser
import Foundation
import ModelingStore
import Modelling
import Racing
import RacingStore

extension ModelsCommand {
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "One model: what it learnt from, how well, and how it does beside production on live results.",
            discussion: """
                A challenger in shadow is compared with the production model of its name on the races that both scored live at the same moment.
                Example: giddyup models show hrd_win_prob@2 --days 90
                """)
        @Argument(help: "NAME or NAME@VERSION; without a version the one in production.")
        var model: ModelArgument
        @Option(help: "Days of live results to look back on.")
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
            let connection = try Connection()
            let found = try await connection.pool.withConnection { try await ModelRegistry.find(name: model.name, version: model.version, $0) }
            let outcome = try await compare(found, connection)
            if json { return try Console.json(outcome) }
            Console.print(
                "\(found.name) \(found.version): \(found.stage)\(found.isShadow ? " (shadow)" : ""), id \(found.modelID), bundle \(found.artifactURI ?? "none")"
            )
            if let trained = found.trainedThrough { Console.print("trained to \(trained), features \(found.featureSetHash ?? "unknown")") }
            if let uri = found.mlflowURI { Console.print("in MLflow as \(uri)") }
            if let text = found.metricsJSON, let metrics = try? JSONDecoder().decode([String: Double].self, from: Data(text.utf8)) {
                for (name, value) in metrics.sorted(by: { $0.key < $1.key }) {
                    Console.print("  \(name.padding(toLength: 26, withPad: " ", startingAt: 0)) \(TrainCommand.number(value))")
                }
            }
            guard let production = outcome.production, let from = outcome.from, let to = outcome.to else { return }
            guard let live = outcome.live else {
                return Console.print(
                    "beside \(production), \(from) to \(to): fewer than two races with a result that both scored live at the same moment")
            }
            Console.print("beside \(production) on \(live.races) live races, \(from) to \(to):")
            for (name, gain) in [("model alone", live.model), ("what is bet on", live.blend)] {
                Console.print(
                    "  \(name.padding(toLength: 14, withPad: " ", startingAt: 0)) log loss \(TrainCommand.number(gain.own)) for \(TrainCommand.number(gain.other)), better by \(TrainCommand.number(gain.gain)) ± \(TrainCommand.number(gain.gainSE))"
                )
            }
        }

        private func compare(_ found: RegisteredModel, _ connection: Connection) async throws -> Outcome {
            let nothing = Outcome(model: found, production: nil, from: nil, to: nil, live: nil)
            return try await connection.pool.withConnection { database in
                let production = try await ModelRegistry.production(database).first { $0.name == found.name && $0.stage == "production" }
                guard let production, production.modelID != found.modelID, let last = try await FormBookReader.lastDay(database) else {
                    return nothing
                }
                let first = last.advanced(by: 1 - days)
                let entries = try await RaceDiary.read(from: first, through: last, database).entries
                let own = try await EvaluationReader.read(entries, modelID: found.modelID, live: true, database)
                let other = try await EvaluationReader.read(entries, modelID: production.modelID, live: true, database)
                return Outcome(
                    model: found, production: "\(production.name) \(production.version)", from: "\(first)", to: "\(last)",
                    live: ModelComparison(own: own, other: other))
            }
        }
    }
}

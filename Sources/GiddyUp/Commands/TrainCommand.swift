import ArgumentParser
import Fleet
import Foundation
import Messages
import ModelingStore
import Modelling
import Postgres
import Racing

struct TrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Train a model on all races up to a day, and register it.",
        discussion: """
            The request goes to the trainer through training.requests; where no trainer is running, one is started for this run. The first model of a
            name goes into production, a later one waits in staging for `giddyup models promote`.
            Example: giddyup train --name hrd_win_prob --to 2024-07-05 --holdout 2024-07-06..2025-07-16
            """)

    @Option(help: "The model's name.")
    var name = "hrd_win_prob"
    @Option(help: "Its version; by default the next number.")
    var version: String?
    @Option(help: "The first day to learn from; by default a year after the first result.")
    var from: DayArgument?
    @Option(help: "The last day to learn from.")
    var to: DayArgument
    @Option(help: "binary or race_softmax.")
    var objective: String = "race_softmax"
    @Option(help: "Days to judge the model alone on afterwards, FROM..TO, after --to.")
    var holdout: String?
    @Option(help: "Sets of hyper-parameters to try first, by race log loss out of fold; tried ones are remembered.")
    var trials = 0
    @Option(help: "Learn from the Parquet parts of this data set; by default from the results in racing.* themselves.")
    var dataset: String?
    @Flag(help: "Larger steps and fewer trees: a demonstration, not a model to bet with.")
    var fast = false
    @Flag(help: "Say what would be sent, and send nothing.")
    var dryRun = false
    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        guard Objective(rawValue: objective) != nil else { throw ValidationError("--objective \(objective): binary or race_softmax") }
        guard (0...10_000).contains(trials) else { throw ValidationError("--trials \(trials): 0 to 10000") }
        if let from, from.day > to.day { throw ValidationError("--from \(from.day) is after --to \(to.day)") }
        if let window = try window(), window.first <= to.day { throw ValidationError("--holdout must begin after --to \(to.day)") }
    }

    private func window() throws -> (first: CalendarDay, last: CalendarDay)? {
        guard let holdout else { return nil }
        let ends = holdout.components(separatedBy: "..").compactMap { CalendarDay($0) }
        guard ends.count == 2, ends[0] <= ends[1] else { throw ValidationError("--holdout \(holdout): two days as 2024-07-06..2025-07-16") }
        return (ends[0], ends[1])
    }

    struct Outcome: Codable {
        var modelID: Int64
        var name: String
        var version: String
        var stage: String
        var objective: String
        var races: Int
        var trainedFrom: String
        var trainedThrough: String
        var dataset: String?
        var metrics: [String: Double]
        var blends: [MarketBlend]
        var placeExponents: [Double]
        var holdout: Holdout?
    }

    func run() async throws {
        let connection = try Connection()
        var request = TrainingRequest()
        request.name = name
        request.version = try await self.version(connection)
        if let from { request.fromDay = from.day.number }
        request.toDay = to.day.number
        request.objective = objective
        request.fast = fast
        request.trials = UInt32(trials)
        request.dataset = dataset ?? ""
        request.requestID = "\(name)-\(request.version)-\(UUID().uuidString.prefix(8).lowercased())"
        if dryRun { return Console.print("would request \(name) \(request.version) (\(objective)) on all races to \(to.day)") }
        let model = try await Self.train(request, connection)
        let bundle = try await connection.pool.withConnection { try await ModelRegistry.bundle(modelID: model.modelID, $0) }
        var outcome = Outcome(
            modelID: model.modelID, name: model.name, version: model.version, stage: model.stage, objective: bundle.objective.rawValue,
            races: bundle.races,
            trainedFrom: "\(bundle.trainedFrom)", trainedThrough: "\(bundle.trainedThrough)", dataset: bundle.dataset, metrics: bundle.metrics,
            blends: bundle.blends,
            placeExponents: bundle.placeExponents)
        if let window = try window() { outcome.holdout = try await Holdout(bundle, from: window.first, through: window.last, connection) }
        if json { return try Console.json(outcome) }
        Console.print(
            "\(model.name) \(model.version) (\(outcome.objective)) is in \(model.stage): \(bundle.races) races, \(bundle.trainedFrom) to \(bundle.trainedThrough)"
        )
        for (name, value) in bundle.metrics.sorted(by: { $0.key < $1.key }) {
            Console.print("  \(name.padding(toLength: 26, withPad: " ", startingAt: 0)) \(Self.number(value))")
        }
        for blend in bundle.blends {
            Console.print(
                "  blend \(blend.lead) s before the off: a = \(Self.number(blend.a)) ± \(blend.aError.map(Self.number) ?? "held at 0"), b = \(Self.number(blend.b)) ± \(Self.number(blend.bError))"
            )
        }
        if let holdout = outcome.holdout {
            Console.print("  holdout: \(holdout.races) races, log loss \(Self.number(holdout.logLoss)), uniform \(Self.number(holdout.uniform))")
        }
    }

    static func number(_ value: Double) -> String { String(format: "%.4f", value) }

    private func version(_ connection: Connection) async throws -> String {
        if let version { return version }
        let known = try await connection.pool.withConnection { try await ModelRegistry.list($0) }.filter { $0.name == name }.compactMap {
            Int($0.version)
        }
        return String((known.max() ?? 0) + 1)
    }

    /// Sends the request and waits for the model.
    static func train(_ request: TrainingRequest, _ connection: Connection) async throws -> RegisteredModel {
        try await LocalFleet.with(["trainer"], connection) { fleet in
            try await connection.producer().send([try request.record(prefix: connection.configuration.topicPrefix)])
            return try await wait(for: request, connection, fleet)
        }
    }

    static func wait(for request: TrainingRequest, _ connection: Connection, _ fleet: LocalFleet?) async throws -> RegisteredModel {
        let bar = ProgressBar("train \(request.name) \(request.version)")
        while true {
            let state = try await connection.pool.withConnection { try await TrainingRuns.read(requestID: request.requestID, $0) }
            if let error = state?.error { throw CommandError("training failed: \(error)") }
            if let id = state?.modelID {
                bar.finish("model \(id)")
                return try await connection.pool.withConnection { try await ModelRegistry.find(name: request.name, version: request.version, $0) }
            }
            bar.update(state?.progress ?? 0, state?.stage ?? "waiting for a trainer")
            try fleet?.check()
            try await Task.sleep(for: .milliseconds(200))
        }
    }
}

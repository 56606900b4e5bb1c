import ArgumentParser
import Features
import Foundation
import Messages
import Modeling
import ModelingStore
import Operations
import Racing
import RacingStore

struct TrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Train a model on all races up to a day, and register it.",
        discussion: """
            Sends the request to a trainer through training.requests. If no trainer is running, one is started for \
            this run. The first model goes into production. Later ones, and those of any other name, wait in staging \
            for `giddyup models promote`.

            --refit repeats the recipe of the version in production on all results: its objective, features, \
            parameters and first day. With --promote the trainer puts it into production by the rule for refits, as \
            `giddyup models promote` applies it.

            Example: giddyup train --name hrd_win_prob --to 2024-07-05 --holdout 2024-07-06..2025-07-16
            Example: giddyup train --refit --promote
            """
    )

    @Option(help: "The model's name.")
    var name = ModelArgument.standard.name
    @Option(help: "The model's version; by default the next number.")
    var version: String?
    @Option(help: "The first day to learn from; by default a year, or a quarter of a short history, after the first.")
    var from: DayArgument?
    @Option(help: "The last day to learn from; required, except for a refit: by default the last with results.")
    var to: DayArgument?
    @Option(help: "\(Objective.names); by default race_exploded.")
    var objective: String?
    @Option(help: "The feature set's version; by default the latest.")
    var set: Int?
    @Option(help: "Days after --to to judge the model alone on, as FROM..TO.")
    var holdout: String?
    @Option(help: "The number of hyper-parameter sets to try first, compared on seasons that earlier ones predict.")
    var trials = 0
    @Option(help: "Learn from the Parquet parts of this data set; by default from the results in racing.*.")
    var dataset: String?
    @Flag(help: "Repeat the recipe of the version in production.")
    var refit = false
    @Flag(help: "With --refit: put it into production if it passes.")
    var promote = false
    @Flag(help: "Use a higher learning rate and fewer trees: for demonstrations, not for betting.")
    var fast = false
    @Flag(help: "Print what would be requested, and request nothing.")
    var dryRun = false
    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        if let objective, Objective(rawValue: objective) == nil {
            throw ValidationError("--objective \(objective): use one of \(Objective.names)")
        }
        if let set, FeatureSet.all[set] == nil {
            throw ValidationError("unknown --set \(set): use one of \(FeaturesCommand.versions)")
        }
        for text in [name, version ?? "1"] where !TrainingRequest.isValidName(text) {
            throw ValidationError("\"\(text)\" is not a model name or version: \(TrainingRequest.nameRule)")
        }
        guard (0...10_000).contains(trials) else { throw ValidationError("--trials \(trials): 0 to 10000") }
        guard refit || to != nil else { throw ValidationError("--to is missing: the last day to learn from") }
        guard refit || !promote else {
            throw ValidationError("--promote needs --refit: use `giddyup models promote` for other models")
        }
        if refit, from != nil || objective != nil || set != nil || trials > 0 || fast || holdout != nil {
            throw ValidationError(
                "--refit repeats a recipe: leave out --from, --objective, --set, --trials, --fast and --holdout"
            )
        }
        guard let to else { return }
        if let from, from.day > to.day { throw ValidationError("--from \(from.day) is after --to \(to.day)") }
        if let window = try holdoutWindow(), window.lowerBound <= to.day {
            throw ValidationError("--holdout must begin after --to \(to.day)")
        }
    }

    private func holdoutWindow() throws(ValidationError) -> ClosedRange<CalendarDay>? {
        guard let holdout else { return nil }
        let days = holdout.components(separatedBy: "..").compactMap { CalendarDay($0) }
        guard days.count == 2, days[0] <= days[1] else {
            throw ValidationError("--holdout \(holdout) is not a window such as 2024-07-06..2025-07-16")
        }
        return days[0]...days[1]
    }

    func run() async throws {
        let context = try CommandContext()
        let request = try await request(context)
        if dryRun {
            let what = refit ? "a refit of \(request.refitOf)" : request.objective
            return Console.print(
                "would request \(name) \(request.version) (\(what)) on all races to \(CalendarDay(request.toDay))"
            )
        }
        let model = try await Training.run(request, context)
        let bundle = try await context.bundle(of: model)
        var outcome = TrainingOutcome(model, bundle)
        if let window = try holdoutWindow() {
            outcome.holdout = try await Holdout(
                bundle,
                from: window.lowerBound,
                through: window.upperBound,
                context
            )
        }
        if json { return try Console.json(outcome) }
        outcome.lines.forEach(Console.print)
    }

    private func request(_ context: CommandContext) async throws -> TrainingRequest {
        var request = TrainingRequest()
        request.name = name
        request.version = try await nextVersion(context)
        if let from { request.fromDay = from.day.number }
        request.toDay = try await lastDay(context).number
        if refit { request.refitOf = try await productionVersion(context) }
        request.promote = promote
        request.objective = objective ?? Objective.raceExploded.rawValue
        request.fast = fast
        request.trials = UInt32(trials)
        request.dataset = dataset ?? ""
        request.featureSet = UInt32(set ?? FeatureSet.latest.version)
        request.requestID = "\(name)-\(request.version)-\(UUID().uuidString.prefix(8).lowercased())"
        return request
    }

    private func lastDay(_ context: CommandContext) async throws -> CalendarDay {
        if let to { return to.day }
        guard let last = try await context.pool.withConnection({ try await FormBookReader.lastDay($0) }) else {
            throw CommandError("there are no results to learn from: import some first")
        }
        return last
    }

    private func productionVersion(_ context: CommandContext) async throws -> String {
        let model = try await context.model(name, version: nil)
        guard model.stage == .production else {
            throw CommandError("no version of \(name) is in production: there is no recipe to repeat")
        }
        return model.version
    }

    private func nextVersion(_ context: CommandContext) async throws -> String {
        if let version { return version }
        let models = try await context.pool.withConnection { try await ModelRegistry.list($0) }
        let numbers = models.filter { $0.name == name }.compactMap { Int($0.version) }
        return String((numbers.max() ?? 0) + 1)
    }
}

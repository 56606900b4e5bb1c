import DevStack
import Features
import Foundation
import Messages
import Modeling
import ModelingStore
import Operations
import Racing
import RacingStore
import WorkerRuntime

/// Runs the whole pipeline: data, training, backfill, a race day, settlement and the report.
struct Demo {
    struct Result {
        let summary: DemoSummary
        let cards: DemoCards
    }

    private let world: DemoWorld
    private let isFast: Bool
    private let speed: Double
    private let output: String
    private let start: ContinuousClock.Instant
    private let environment: [String: String]
    /// Whether the demo made its own topics on a broker that it did not start.
    private let ownsTopics: Bool
    private let context: CommandContext

    /// The scheduler is started later, for the race day.
    private static let workers = [
        "feature-builder", "feature-builder", "scorer", "scorer", "publisher", "clv-tracker", "trainer",
    ]

    /// - Parameter speed: seconds of the race day per real second.
    init(
        _ world: DemoWorld,
        _ stack: DevStack,
        fast: Bool,
        speed: Double,
        output: String,
        start: ContinuousClock.Instant
    ) throws {
        self.world = world
        isFast = fast
        self.speed = speed
        self.output = output
        self.start = start
        var environment = ProcessInfo.processInfo.environment.merging(stack.environment) { $1 }
        ownsTopics = stack.broker == nil && environment["TOPIC_PREFIX"] ?? "" == ""
        if ownsTopics {
            // A broker that this demo did not start may be shared.
            environment["TOPIC_PREFIX"] = "demo.\(UUID().uuidString.prefix(8).lowercased())."
        }
        self.environment = environment
        context = try CommandContext(environment: environment)
    }

    private var logs: String { output + "/logs" }

    func run() async throws -> Result {
        try await prepare()
        try? FileManager.default.removeItem(atPath: logs)
        let deadLetters = try await DeadLetterWatch(context) { _ in true }
        let fleet = try LocalFleet(Self.workers, environment: environment, logs: logs)
        do {
            let result = try await play(fleet, deadLetters)
            await fleet.stop()
            if ownsTopics { try await TopicPlan(context).delete(context) }
            return result
        } catch {
            await fleet.stop()
            throw error
        }
    }

    private func prepare() async throws {
        guard try await !context.pool.withConnection({ try await SchemaStore.holdsSchemas($0) }) else {
            throw CommandError(
                "DATABASE_URL names a database that holds a schema racing or modeling: the demo needs an empty one"
            )
        }
        let bar = ProgressBar("migrate, topics apply")
        let runner = MigrationRunner(try Migration.read(try ProjectFiles.locate("migrations")))
        let steps = try await context.pool.withConnection { try await runner.run(to: nil, dryRun: false, $0) }
        let topics = try await TopicPlan(context).apply(context, dryRun: false)
        let limits = StakingLimits(try context.stakingPolicy())
        try await context.pool.withConnection { _ = try await StakingLimitStore.insert(limits, by: "demo", $0) }
        bar.finish("\(steps.count) migrations, \(topics.created.count + topics.unchanged) topics")
    }

    private func play(_ fleet: LocalFleet, _ deadLetters: DeadLetterWatch) async throws -> Result {
        let loaded = try await world.load(context)
        guard let last = try await context.pool.withConnection({ try await RaceCalendar.lastDay($0) }) else {
            throw CommandError("no race was loaded")
        }
        let first = last.advanced(by: 1 - world.testDays)
        let model = try await train(through: first.advanced(by: -1), fleet)
        let backfill = Backfill(from: first, to: last, beforeOff: world.lead, model)
        _ = try await backfill.run(context) { try fleet.check() }
        let evaluated = try await WindowEvaluator.read(from: first, to: last, model, context)
        let day = RaceDayPlay(
            day: last,
            lead: world.lead,
            speed: speed,
            model: model,
            context: context,
            logs: logs,
            environment: environment
        )
        let played = try await day.run(fleet)
        let summary = DemoSummary(
            data: world.label,
            races: loaded.races,
            runners: loaded.runners,
            signals: try await context.pool.withConnection { try await SignalStore.count($0) },
            bets: played.bets.count,
            settled: played.bets.count { $0.profit != nil },
            deadLetters: try await deadLetters.count(),
            seconds: (ContinuousClock.now - start) / .seconds(1),
            evaluation: evaluated.evaluation,
            raceDay: "\(last)",
            profit: played.bets.reduce(0) { $0 + ($1.profit ?? 0) }
        )
        let cards = try await DemoCards(
            played.races,
            signals: try await day.signals(of: played.races),
            bets: played.bets,
            label: world.label,
            context
        )
        try write(summary, cards, evaluated.races, played.bets)
        return Result(summary: summary, cards: cards)
    }

    private func train(through day: CalendarDay, _ fleet: LocalFleet) async throws -> RegisteredModel {
        var request = TrainingRequest()
        request.name = "hrd_win_prob"
        request.version = "1"
        request.toDay = day.number
        request.objective = Objective.raceExploded.rawValue
        request.featureSet = UInt32(FeatureSet.latest.version)
        request.fast = isFast
        request.requestID = "demo-\(UUID().uuidString.prefix(8).lowercased())"
        try await context.send([request])
        return try await Training.wait(for: request, context) { try fleet.check() }
    }

    private func write(
        _ summary: DemoSummary,
        _ cards: DemoCards,
        _ races: [EvaluatedRace],
        _ bets: [RecordedBet]
    ) throws {
        let staked = StakedSignal.all(races, policy: try context.stakingPolicy())
        let report = DemoReport(summary: summary, staked: staked, cards: cards, bets: bets)
        try Data(report.html().utf8).write(to: URL(fileURLWithPath: output + "/report.html"), options: .atomic)
        try summary.write(to: output + "/summary.json")
    }
}

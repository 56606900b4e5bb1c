import ArgumentParser
import DevStack
import Fleet
import Foundation
import Messages
import ModelingStore
import Modelling
import Postgres
import Racing
import RacingStore
import Workers

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo", abstract: "The whole path on this machine: data, training, backfill, a race day, bets, settlement and a report.",
        discussion: """
            Starts a private Postgres and a broker, or uses those that DATABASE_URL and KAFKA_BOOTSTRAP_SERVERS name (an empty database), and every
            worker as a process of its own. Without --data the world is simulated, and says so. Leaves report.html, summary.json and the workers' logs
            in ./demo. One unit of stake is 1/100 of the bankroll.
            Example: giddyup demo --data ../racing-data
            """)

    @Option(help: "A folder with Hong Kong's hk_races and hk_runners (csv or csv.xz).")
    var data: String?
    @Flag(help: "A smaller world, fewer trees and a faster clock.")
    var fast = false
    @Option(help: "Where the report, the summary and the logs go.")
    var output = "demo"
    @Flag(help: "Print the summary as JSON and nothing else on standard output.")
    var json = false

    /// The workers; the scheduler is started for the race day.
    private static let workers = ["feature-builder", "feature-builder", "scorer", "scorer", "publisher", "clv-tracker", "trainer"]

    func run() async throws {
        let start = ContinuousClock.now
        let world = try DemoWorld(folder: data, fast: fast)
        try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
        let stack = try await DevStack.start()
        do {
            try await play(world, stack, start)
            await stack.stop()
        } catch {
            await stack.stop()
            throw error
        }
    }

    private func play(_ world: DemoWorld, _ stack: DevStack, _ start: ContinuousClock.Instant) async throws {
        var environment = ProcessInfo.processInfo.environment.merging(stack.environment) { $1 }
        if stack.broker == nil, environment["TOPIC_PREFIX"] ?? "" == "" {
            // a broker that is not ours is shared
            environment["TOPIC_PREFIX"] = "demo.\(UUID().uuidString.prefix(8).lowercased())."
        }
        let connection = try Connection(environment: environment)
        try await prepare(connection)
        let logs = output + "/logs"
        try? FileManager.default.removeItem(atPath: logs)
        let letters = try await DeadLetterCount(connection)
        let fleet = try LocalFleet(Self.workers, environment: environment, logs: logs)
        do {
            let (races, runners) = try await world.load(connection)
            let last = try await Self.lastDay(connection)
            let model = try await train(through: last.advanced(by: -world.testDays), connection, fleet)
            let (first, final) = (last.advanced(by: 1 - world.testDays), last)
            _ = try await BackfillCommand.run(from: first, to: final, beforeOff: world.lead, model, connection) { try fleet.check() }
            let judged = try await EvaluateCommand.read(from: first, to: final, model, connection)
            let day = RaceDayPlay(
                day: last, lead: world.lead, speed: fast ? 1800 : 900, model: model, connection: connection, logs: logs, environment: environment)
            let played = try await day.run(fleet)
            let signals = try await connection.pool.query("SELECT count(*) AS n FROM modeling.signals")[0].get("n", as: Int.self)
            let summary = DemoSummary(
                data: world.label, races: races, runners: runners, signals: signals, bets: played.bets.count,
                settled: played.bets.count { $0.profit != nil }, deadLetters: try await letters.sinceStart(),
                seconds: (ContinuousClock.now - start) / .seconds(1), evaluation: judged.outcome, raceDay: "\(last)",
                profit: played.bets.reduce(0) { $0 + ($1.profit ?? 0) })
            let cards = try await DemoCards(
                played.races, signals: try await day.signals(of: played.races), bets: played.bets, label: world.label, connection)
            let report = DemoReport(
                summary: summary, staked: StakedSignal.all(judged.races, policy: try StakingPolicyFile.read()), cards: cards,
                bets: played.bets)
            try Data(report.html().utf8).write(to: URL(fileURLWithPath: output + "/report.html"), options: .atomic)
            try summary.write(to: output + "/summary.json")
            try show(summary, cards)
            await fleet.stop()
            guard summary.deadLetters == 0 else {
                throw CommandError("\(summary.deadLetters) messages ended in dead.letters: the workers' logs are in \(logs)")
            }
        } catch {
            await fleet.stop()
            throw error
        }
    }

    private func prepare(_ connection: Connection) async throws {
        let held = try await connection.pool.query(
            "SELECT count(*) AS n FROM pg_namespace WHERE nspname IN ('racing', 'modeling')")[0].get("n", as: Int.self)
        guard held == 0 else {
            throw CommandError("DATABASE_URL names a database that holds a schema racing or modeling already: the demo needs an empty one, or none")
        }
        let bar = ProgressBar("migrate, topics apply")
        let runner = MigrationRunner(try Migration.read(try ProjectFiles.locate("migrations")))
        let steps = try await connection.pool.withConnection { try await runner.run(to: nil, dryRun: false, $0) }
        let topics = try await TopicPlan.apply(connection, dryRun: false)
        let limits = StakingLimits(try StakingPolicyFile.read())
        try await connection.pool.withConnection { _ = try await limits.apply(by: "demo", $0) }
        bar.finish("\(steps.count) migrations, \(topics.created.count + topics.unchanged) topics")
    }

    private func train(through day: CalendarDay, _ connection: Connection, _ fleet: LocalFleet) async throws -> RegisteredModel {
        var request = TrainingRequest()
        (request.name, request.version, request.toDay) = ("hrd_win_prob", "1", day.number)
        (request.objective, request.fast, request.requestID) = ("race_softmax", fast, "demo-\(UUID().uuidString.prefix(8).lowercased())")
        try await connection.producer().send([try request.record(prefix: connection.configuration.topicPrefix)])
        return try await TrainCommand.wait(for: request, connection, fleet)
    }

    private static func lastDay(_ connection: Connection) async throws -> CalendarDay {
        let row = try await connection.pool.query("SELECT max(race_date) AS day FROM racing.races")[0]
        guard let day = try row.find("day", as: PostgresDate.self) else { throw CommandError("no race was loaded") }
        return CalendarDay(day)
    }

    private func show(_ summary: DemoSummary, _ cards: DemoCards) throws {
        if json { return try Console.json(summary) }
        if let card = cards.feature { Console.print("\n" + card.table.text(colours: Console.hasColours, columns: Console.columns) + "\n") }
        for line in EvaluateCommand.lines(summary.evaluation) { Console.print(line) }
        Console.print(
            String(
                format: "race day %@: %d bets, %d settled, %+.2f units; %d dead letters; %.0f s in all", summary.raceDay, summary.bets,
                summary.settled,
                summary.profit, summary.deadLetters, summary.seconds))
        Console.print("the whole day and the plots are in \(output)/report.html, the figures in \(output)/summary.json")
    }
}

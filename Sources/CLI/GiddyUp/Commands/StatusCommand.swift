import ArgumentParser
import Foundation
import ModelingStore
import Operations
import Overview
import Postgres
import Racing
import Scheduler
import TopicReading

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract:
            "Show the fleet at a glance: servers, workers, lag, models, form book, dead letters and the day so far.",
        discussion: """
            Exits with 1 if Postgres or Kafka cannot be used.

            Example: giddyup status --watch
            """
    )

    @Flag(help: "Print JSON.")
    var json = false
    @Flag(help: "Show it again every two seconds, until Ctrl-C.")
    var watch = false
    @Option(help: "The day whose races and bets are counted; by default today in the schedule's zone.")
    var day: DayArgument?

    func validate() throws {
        if json, watch { throw ValidationError("--json and --watch exclude each other") }
    }

    struct Outcome: Encodable {
        var postgres: String
        var kafka: String
        var migration: Int
        var workers: [String: Int]
        var rows: [String: Int]
        var production: [String]
        var limits: StakingLimits?
        var unsettled: Int?
        var lag: [LagReader.Lag]
        var deadLetters: Int?
        var formBookAge: Double?
        var problems: [String]
    }

    func run() async throws {
        let context = try CommandContext()
        let zone = try Schedule(file: context.configuration.schedulePath()).zone
        let reader = OverviewReader(context.configuration, context.pool, zone: zone)
        guard watch else { return try await show(await reader.read(day: day?.day), context) }
        while true {
            let lines = StatusLines(await reader.read(day: day?.day)).lines
            // Clears the terminal and puts the cursor in its first line.
            Console.print((Console.columns == nil ? "" : "\u{1B}[H\u{1B}[2J") + lines.joined(separator: "\n"))
            try await Task.sleep(for: .seconds(2))
        }
    }

    private func show(_ overview: FleetOverview, _ context: CommandContext) async throws {
        // The counts take long on large tables, so the refreshing page is without them.
        let rows = overview.status == nil ? nil : try await context.pool.withConnection(FleetStatusStore.read).rows
        if json {
            try Console.json(Outcome(overview, rows: rows ?? [:]))
        } else {
            StatusLines(overview, rows: rows).lines.forEach(Console.print)
        }
        if overview.status == nil || overview.lag == nil { throw ExitCode.failure }
    }
}

extension StatusCommand.Outcome {
    init(_ overview: FleetOverview, rows: [String: Int]) {
        func state(_ server: String, isReadable: Bool) -> String {
            if isReadable { return "ok" }
            let problem = overview.problems.first {
                $0.hasPrefix("\(server): ") || server == "kafka" && $0.hasPrefix("KAFKA")
            }
            return problem ?? "cannot be read"
        }
        self.init(
            postgres: state("postgres", isReadable: overview.status != nil),
            kafka: state("kafka", isReadable: overview.lag != nil),
            migration: overview.status?.migration ?? 0,
            workers: overview.status?.workers ?? [:],
            rows: rows,
            production: overview.status?.activeModels.map { "\($0.name) \($0.version)" } ?? [],
            limits: overview.status?.limits,
            unsettled: overview.status?.unsettledBets,
            lag: overview.lag ?? [],
            deadLetters: overview.deadLetters,
            formBookAge: overview.formBookAge,
            problems: overview.problems
        )
    }
}

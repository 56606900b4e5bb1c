import ArgumentParser
import Kafka
import ModelingStore
import Operations
import Postgres

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show whether the servers answer, which workers run, and what the tables hold.",
        discussion: """
            Exits with 1 if Postgres or Kafka cannot be used.

            Example: giddyup status --json
            """
    )

    @Flag(help: "Print JSON.")
    var json = false

    struct Outcome: Codable {
        var postgres: String
        var kafka: String
        var topics: Int
        var migration: Int
        var workers: [String: Int]
        var rows: [String: Int]
        var production: [String]
        var limits: StakingLimits?
        var unsettled: Int?
    }

    func run() async throws {
        let context = try CommandContext()
        let kafka = await Self.topicCount(context)
        let fleet = await Self.fleet(context)
        let outcome = Self.outcome(kafka, fleet)
        if json { try Console.json(outcome) } else { Self.lines(kafka, fleet).forEach(Console.print) }
        if outcome.postgres != "ok" || outcome.kafka != "ok" { throw ExitCode.failure }
    }

    /// A server's answer, or the problem and its remedy.
    private enum Answer<Value> {
        case value(Value)
        case problem(String)

        var state: String {
            switch self {
            case .value: "ok"
            case .problem(let text): text
            }
        }

        var found: Value? {
            if case .value(let value) = self { value } else { nil }
        }
    }

    private static func topicCount(_ context: CommandContext) async -> Answer<Int> {
        guard !context.configuration.bootstrapServers.isEmpty else {
            return .problem("KAFKA_BOOTSTRAP_SERVERS is not set: export it, or start a broker with `giddyup dev up`")
        }
        do {
            let admin = try KafkaAdmin(context.configuration.producerProperties())
            return .value(try await admin.topics(timeout: .seconds(5)).count)
        } catch {
            return .problem(
                "\(context.configuration.bootstrapServers) does not answer: check KAFKA_BOOTSTRAP_SERVERS (\(error))"
            )
        }
    }

    private static func fleet(_ context: CommandContext) async -> Answer<FleetStatus> {
        do { return .value(try await context.pool.withConnection { try await FleetStatusStore.read($0) }) } catch {
            if let state = (error as? PostgresError)?.sqlState, ["42P01", "3F000"].contains(state) {
                return .problem("not migrated: run `giddyup migrate`")
            }
            let variable = "check DATABASE_URL, or start a server with `giddyup dev up`"
            return .problem("no connection: \(variable) (\(error))")
        }
    }

    private static func outcome(_ kafka: Answer<Int>, _ fleet: Answer<FleetStatus>) -> Outcome {
        Outcome(
            postgres: fleet.state,
            kafka: kafka.state,
            topics: kafka.found ?? 0,
            migration: fleet.found?.migration ?? 0,
            workers: fleet.found?.workers ?? [:],
            rows: fleet.found?.rows ?? [:],
            production: fleet.found?.activeModels.map { "\($0.name) \($0.version)" } ?? [],
            limits: fleet.found?.limits,
            unsettled: fleet.found?.unsettledBets
        )
    }

    /// One line for each server, and the tables only if Postgres can be read.
    private static func lines(_ kafka: Answer<Int>, _ fleet: Answer<FleetStatus>) -> [String] {
        let kafkaLine = "kafka       " + kafka.state + (kafka.found.map { ", \($0) topics" } ?? "")
        guard let status = fleet.found else { return ["postgres    \(fleet.state)", kafkaLine] }
        let limits = status.limits.map { "\($0.dayUnits) units a day, none after \($0.stopUnits) lost" }
        let models = status.activeModels.map { "\($0.name) \($0.version)" + ($0.isShadow ? " (shadow)" : "") }
        let unsettled = status.unsettledBets
        return [
            "postgres    ok, migration \(status.migration)", kafkaLine,
            "workers     " + list(status.workers, empty: "none"),
            "models      " + (models.isEmpty ? "none in production" : models.joined(separator: ", ")),
            "limits      " + (limits ?? "none: nothing is actionable until `giddyup policy apply`"),
            "unsettled   " + (unsettled == 0 ? "none" : "\(unsettled) bets: see modeling.bets.unsettled_reason"),
            "rows        " + list(status.rows, empty: "none"),
        ]
    }

    private static func list(_ counts: [String: Int], empty: String) -> String {
        if counts.isEmpty { return empty }
        return counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    }
}

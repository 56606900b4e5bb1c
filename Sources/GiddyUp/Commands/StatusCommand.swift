import ArgumentParser
import Foundation
import Kafka
import Messages
import ModelingStore
import Postgres

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Whether the servers answer, which workers run, and what the tables hold.",
        discussion: "Example: giddyup status --json")

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
        let connection = try Connection()
        var outcome = Outcome(postgres: "ok", kafka: "ok", topics: 0, migration: 0, workers: [:], rows: [:], production: [])
        do { outcome.topics = try await KafkaAdmin(connection.configuration.producerProperties()).topics(timeout: .seconds(5)).count } catch {
            outcome.kafka = "\(error)"
        }
        do {
            try await connection.pool.withConnection { database in
                outcome.migration = try await database.query("SELECT coalesce(max(number), 0) AS n FROM modeling.migrations")[0].get("n")
                outcome.workers = try await WorkerRegister.alive(database)
                for table in ["models", "signals", "bets", "results", "ticks"] {
                    outcome.rows[table] = try await database.query("SELECT count(*) AS n FROM modeling.\(table)")[0].get("n", as: Int.self)
                }
                outcome.limits = try await StakingLimits.current(database)
                outcome.unsettled = try await database.query("SELECT count(*) AS n FROM modeling.bets WHERE unsettled_reason IS NOT NULL")[0].get("n")
                outcome.production = try await ModelRegistry.production(database).map { "\($0.name) \($0.version)" }
            }
        } catch let error as PostgresError where error.sqlState == "42P01" || error.sqlState == "3F000" {
            outcome.postgres = "not migrated: run `giddyup migrate`"
        } catch { outcome.postgres = "\(error)" }
        if json { try Console.json(outcome) } else { for line in Self.lines(outcome) { Console.print(line) } }
        if outcome.postgres != "ok" || outcome.kafka != "ok" { throw ExitCode.failure }
    }

    private static func lines(_ outcome: Outcome) -> [String] {
        [
            "postgres    \(outcome.postgres), migration \(outcome.migration)", "kafka       \(outcome.kafka), \(outcome.topics) topics",
            "workers     "
                + (outcome.workers.isEmpty
                    ? "none" : outcome.workers.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")),
            "production  " + (outcome.production.isEmpty ? "none" : outcome.production.joined(separator: ", ")),
            "limits      "
                + (outcome.limits.map { "\($0.dayUnits) units a day, none after \($0.stopUnits) lost" }
                    ?? "none: nothing is actionable until `giddyup policy apply`"),
            "unsettled   " + (outcome.unsettled.map { $0 == 0 ? "none" : "\($0) bets: modeling.bets.unsettled_reason says why" } ?? "?"),
            "rows        " + outcome.rows.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", "),
        ]
    }
}

import ArgumentParser
import Fleet
import Foundation
import Messages
import ModelingStore
import Postgres
import Racing
import RacingStore

struct SettleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settle", abstract: "Send the results of a window to settlement, as the scheduler does for the last 14 days.",
        discussion: """
            For seasons that were backfilled: their closing lines and the CLV of their signals are kept then, and older bets are settled. A result that was
            sent already and has not changed is not sent again.
            Example: giddyup settle --from 2025-10-01 --to 2025-12-31
            """)

    @Option(help: "The first day.")
    var from: DayArgument
    @Option(help: "The last day.")
    var to: DayArgument
    @Flag(help: "Say what would be sent, and send nothing.")
    var dryRun = false
    @Flag(help: "Print JSON.")
    var json = false

    struct Outcome: Codable {
        var races = 0
        var withoutResult = 0
        var sent = 0
    }

    func validate() throws {
        guard from.day <= to.day else { throw ValidationError("--from \(from.day) is after --to \(to.day)") }
    }

    func run() async throws {
        let connection = try Connection()
        let entries = try await BackfillCommand.races(from.day, to.day, connection)
        let outcome =
            try await dryRun
            ? send(entries, connection, check: {})
            : LocalFleet.with(["clv-tracker"], connection) { fleet in try await send(entries, connection) { try fleet?.check() } }
        if json { return try Console.json(outcome) }
        Console.print(
            "\(outcome.races) races: \(outcome.sent) results \(dryRun ? "would be looked at" : "sent"), \(outcome.withoutResult) without one")
    }

    private func send(_ entries: [DiaryEntry], _ connection: Connection, check: () throws -> Void) async throws -> Outcome {
        var outcome = Outcome(races: entries.count)
        let (producer, bar) = (try connection.producer(), ProgressBar("settle"))
        let letters = dryRun ? nil : try await DeadLetterCount(connection)
        for start in stride(from: 0, to: entries.count, by: 1000) {
            let part = Array(entries[start..<min(start + 1000, entries.count)])
            let waiting = try await connection.pool.withConnection { database in
                let (results, faults) = try await ResultReader.read(part, database)
                for fault in faults { Console.note("not settled: \(fault)") }
                let judged = part.compactMap { entry in results[entry.key.raceID].map { (entry, $0) } }
                outcome.withoutResult += part.count - judged.count
                guard !dryRun else {
                    outcome.sent += judged.count
                    return [RaceSettlement]()
                }
                return try await SettlementQueue.record(judged, database)
            }
            if !waiting.isEmpty {
                try await producer.send(try waiting.map { try $0.record(prefix: connection.configuration.topicPrefix) })
                try await connection.pool.withConnection { try await SettlementQueue.markEmitted(waiting, $0) }
                outcome.sent += waiting.count
                try await taken(waiting, letters, connection, check: check)
            }
            bar.update(Double(start + part.count) / Double(entries.count), "\(outcome.sent) sent")
        }
        bar.finish("\(outcome.sent) sent")
        return outcome
    }

    /// Waits until the tracker has them.
    private func taken(_ settlements: [RaceSettlement], _ letters: DeadLetterCount?, _ connection: Connection, check: () throws -> Void) async throws
    {
        while true {
            let open = try await connection.pool.query(
                """
                SELECT q.race_id FROM unnest($1::bigint[], $2::bigint[]) AS q(race_id, revision)
                 WHERE NOT EXISTS (SELECT FROM modeling.results r WHERE r.race_id = q.race_id AND r.revision >= q.revision)
                """, [.ints(settlements.map(\.raceID)), .ints(settlements.map { Int64($0.revision) })])
            if open.isEmpty { return }
            let dead = try await letters?.sinceStart() ?? 0
            if dead > 0, open.count <= dead {
                let races = try open.prefix(5).map { "\(try $0.get("race_id", as: Int64.self))" }.joined(separator: ", ")
                throw CommandError("\(open.count) results were refused and are in dead.letters, with why: race \(races)")
            }
            try check()
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}

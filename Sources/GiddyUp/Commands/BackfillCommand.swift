import ArgumentParser
import Fleet
import Foundation
import Kafka
import Messages
import ModelingStore
import Racing
import RacingStore

struct BackfillCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backfill", abstract: "Score past races again through the fleet's slow lane.",
        discussion: """
            Each race is built and scored as it would have been so long before its off, from what racing.* holds now: a reconstruction. Live signals
            are never replaced. Workers that are not running are started for this run.
            Example: giddyup backfill --from 2024-07-06 --to 2025-07-16 --before-off 60m
            """)

    @Option(help: "The first day.")
    var from: DayArgument
    @Option(help: "The last day.")
    var to: DayArgument
    @Option(help: "How long before the off, as 60m; 0m is the off.")
    var beforeOff = DurationArgument(seconds: 0)
    @Option(help: "NAME or NAME@VERSION; without a version the one in production.")
    var model = ModelArgument(argument: "hrd_win_prob")!
    @Option(help: "Races that may be under way at a time.")
    var outstanding = 2000
    @Flag(help: "Say for every runner what spoke for it: a hundred times the work of the prediction.")
    var explain = false
    @Flag(help: "Say what would be requested, and request nothing.")
    var dryRun = false
    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        guard from.day <= to.day else { throw ValidationError("--from \(from.day) is after --to \(to.day)") }
        guard outstanding > 0 else { throw ValidationError("--outstanding must be above 0") }
    }

    struct Outcome: Codable, Sendable {
        var model: String
        var races: Int
        var revision: Int
        var seconds: Double
        var deadLetters: Int
    }

    func run() async throws {
        let connection = try Connection()
        let found = try await connection.pool.withConnection { try await ModelRegistry.find(name: model.name, version: model.version, $0) }
        if dryRun {
            let entries = try await Self.races(from.day, to.day, connection)
            return Console.print("would request \(entries.count) races with \(found.name) \(found.version)")
        }
        let outcome = try await LocalFleet.with(["feature-builder", "scorer", "publisher"], connection) { fleet in
            try await Self.run(
                from: from.day, to: to.day, beforeOff: beforeOff.seconds, found, outstanding: outstanding, explain: explain, connection
            ) {
                try fleet?.check()
            }
        }
        if json { return try Console.json(outcome) }
        Console.print(
            "\(outcome.races) races scored by \(outcome.model) in \(String(format: "%.1f", outcome.seconds)) s, revision \(outcome.revision)")
        if outcome.deadLetters > 0 { throw CommandError("\(outcome.deadLetters) races ended in dead.letters") }
    }

    static func races(_ first: CalendarDay, _ last: CalendarDay, _ connection: Connection) async throws -> [DiaryEntry] {
        let (entries, faults) = try await connection.pool.withConnection { try await RaceDiary.read(from: first, through: last, $0) }
        for fault in faults { Console.note("left out: \(fault)") }
        guard !entries.isEmpty else { throw CommandError("there is no race from \(first) to \(last) in racing.races") }
        return entries
    }

    /// Requests all races, never more than `outstanding` ahead of the signals, and waits for the last.
    static func run(
        from first: CalendarDay, to last: CalendarDay, beforeOff: Double, _ model: RegisteredModel, outstanding: Int = 2000, explain: Bool = false,
        _ connection: Connection,
        check: () throws -> Void
    ) async throws -> Outcome {
        guard model.artifactURI?.hasPrefix("postgres:") == true else {
            throw CommandError("\(model.name) \(model.version) has no bundle: it cannot score")
        }
        let entries = try await races(first, last, connection)
        let (_, revision) = try await connection.pool.withConnection { database in
            try await BackfillStore.begin(from: first, through: last, modelID: model.modelID, beforeOff: beforeOff, races: entries.count, database)
        }
        var reference = ModelReference()
        (reference.name, reference.version, reference.modelID) = (model.name, model.version, model.modelID)
        let requests = entries.map { (raceID: $0.key.raceID, asOf: $0.off.advanced(bySeconds: -beforeOff)) }
        // races that are not finished yet; asking after all of them again and again would cost more than the work
        var pending = requests
        let records = try entries.map { entry in
            var request = RaceRequest()
            (request.raceID, request.raceDay) = (entry.key.raceID, entry.key.day.number)
            request.asOf = entry.off.advanced(bySeconds: -beforeOff).microseconds
            (request.models, request.origin, request.revision) = ([reference], .backfill, UInt32(revision))
            request.explain = explain
            return try request.record(prefix: connection.configuration.topicPrefix)
        }
        let producer = try connection.producer()
        let letters = try await DeadLetterCount(connection)
        let bar = ProgressBar("backfill \(model.name) \(model.version)")
        let start = ContinuousClock.now
        var (sent, finished, dead) = (0, 0, 0)
        while finished + dead < entries.count {
            let room = min(entries.count - sent, finished + dead + outstanding - sent, 500)
            if room > 0 {
                try await producer.send(Array(records[sent..<sent + room]))
                sent += room
            }
            let asked = Array(pending.prefix(5000))
            let open = try await connection.pool.withConnection { database in
                try await BackfillStore.unfinished(asked, revision: revision, modelID: model.modelID, database)
            }
            pending = open + pending.dropFirst(5000)
            finished = entries.count - pending.count
            if finished < entries.count { dead = try await letters.sinceStart() }
            bar.update(Double(finished) / Double(entries.count), "\(finished) of \(entries.count) races")
            try check()
            if room <= 0 { try await Task.sleep(for: .milliseconds(100)) }
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        bar.finish("\(finished) races, \(Int(Double(finished) / seconds)) a second")
        return Outcome(model: "\(model.name) \(model.version)", races: finished, revision: revision, seconds: seconds, deadLetters: dead)
    }
}

import Foundation
import Messages
import ModelingStore
import Racing
import RacingStore

/// Scores past races again through the fleet's backfill lane.
public struct Backfill: Sendable {
    public let first: CalendarDay
    public let last: CalendarDay
    /// Seconds before the off at which each race is scored.
    public let beforeOff: Double
    public let model: RegisteredModel
    /// The most races requested and not yet finished, so that the backfill never outruns a broker's retention.
    public let outstanding: Int
    /// Whether to explain every signal.
    public let explain: Bool

    public init(
        from first: CalendarDay,
        to last: CalendarDay,
        beforeOff: Double,
        _ model: RegisteredModel,
        outstanding: Int = 2000,
        explain: Bool = false
    ) {
        self.first = first
        self.last = last
        self.beforeOff = beforeOff
        self.model = model
        self.outstanding = outstanding
        self.explain = explain
    }

    public struct Outcome: Codable, Sendable {
        public var model: String
        public var races: Int
        public var revision: Int
        public var seconds: Double
        public var deadLetters: Int
    }

    /// A race and the time that it is scored as of.
    private typealias Pending = (raceID: Int64, asOf: Instant)

    private static let sendLimit = 500
    /// Checking every pending race each time would cost more than scoring them.
    private static let checkLimit = 5000

    /// Requests all races and waits until each has signals or is in dead.letters.
    ///
    /// - Parameter check: throws if a worker that the backfill needs has stopped.
    public func run(_ context: CommandContext, check: () throws -> Void) async throws -> Outcome {
        try model.requireBundle()
        let races = try await context.scheduledRaces(from: first, to: last)
        let revision = try await begin(races.count, context)
        let records = try races.map { race in
            try request(race, revision: revision).record(prefix: context.configuration.topicPrefix)
        }
        var pending: [Pending] = races.map { ($0.key.raceID, $0.off.advanced(bySeconds: -beforeOff)) }
        let producer = try context.producer()
        let deadLetters = try await DeadLetterCounter(context)
        let bar = ProgressBar("backfill \(model.name) \(model.version)")
        let start = ContinuousClock.now
        var sent = 0
        var finished = 0
        var dead = 0
        while finished + dead < races.count {
            let room = min(races.count - sent, finished + dead + outstanding - sent, Self.sendLimit)
            if room > 0 {
                try await producer.send(Array(records[sent..<sent + room]))
                sent += room
            }
            pending = try await unfinished(pending, revision: revision, context)
            finished = races.count - pending.count
            if finished < races.count { dead = try await deadLetters.sinceStart() }
            bar.update(Double(finished) / Double(races.count), "\(finished) of \(races.count) races")
            try check()
            if room <= 0 { try await Task.sleep(for: .milliseconds(100)) }
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        bar.finish("\(finished) races, \(Int(Double(finished) / seconds)) a second")
        return Outcome(
            model: "\(model.name) \(model.version)",
            races: finished,
            revision: revision,
            seconds: seconds,
            deadLetters: dead
        )
    }

    /// - Returns: the revision of this run, higher than that of any earlier one.
    private func begin(_ count: Int, _ context: CommandContext) async throws -> Int {
        try await context.pool.withConnection { connection in
            try await BackfillStore.insert(
                from: first,
                through: last,
                modelID: model.modelID,
                beforeOff: beforeOff,
                races: count,
                connection
            ).revision
        }
    }

    private func request(_ race: ScheduledRace, revision: Int) -> RaceRequest {
        var reference = ModelReference()
        reference.name = model.name
        reference.version = model.version
        reference.modelID = model.modelID
        var request = RaceRequest()
        request.raceID = race.key.raceID
        request.raceDay = race.key.day.number
        request.asOf = race.off.advanced(bySeconds: -beforeOff).microseconds
        request.models = [reference]
        request.origin = .backfill
        request.revision = UInt32(revision)
        request.explain = explain
        return request
    }

    private func unfinished(
        _ pending: [Pending],
        revision: Int,
        _ context: CommandContext
    ) async throws -> [Pending] {
        let checked = Array(pending.prefix(Self.checkLimit))
        let open = try await context.pool.withConnection { connection in
            try await BackfillStore.readUnfinished(checked, revision: revision, modelID: model.modelID, connection)
        }
        return open + pending.dropFirst(Self.checkLimit)
    }
}

extension RegisteredModel {
    /// - Throws: `CommandError` if the model has no bundle.
    public func requireBundle() throws(CommandError) {
        guard artifactURI?.hasPrefix("postgres:") == true else {
            throw CommandError("\(name) \(version) has no bundle: it cannot score")
        }
    }
}

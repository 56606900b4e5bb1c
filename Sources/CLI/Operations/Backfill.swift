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
    /// Whether to go on with an interrupted run of the same window, model and lead, under its revision.
    public let resumes: Bool

    public init(
        from first: CalendarDay,
        to last: CalendarDay,
        beforeOff: Double,
        _ model: RegisteredModel,
        outstanding: Int = 2000,
        explain: Bool = false,
        resumes: Bool = false
    ) {
        self.first = first
        self.last = last
        self.beforeOff = beforeOff
        self.model = model
        self.outstanding = outstanding
        self.explain = explain
        self.resumes = resumes
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
    /// Checking every requested race each time would cost more than scoring them.
    private static let checkLimit = 5000

    /// Requests all races and waits until each has signals or is in dead.letters.
    ///
    /// - Parameter check: throws if a worker that the backfill needs has stopped.
    public func run(_ context: CommandContext, check: () async throws -> Void) async throws -> Outcome {
        try model.requireBundle()
        let races = try await context.scheduledRaces(from: first, to: last)
        let revision = try await revision(races.count, context)
        let unfinishedRaces = resumes ? try await unfinished(races, revision: revision, context) : races
        let records = try unfinishedRaces.map { race in
            try request(race, revision: revision).record(prefix: context.configuration.topicPrefix)
        }
        var pending: [Pending] = unfinishedRaces.map { ($0.key.raceID, $0.off.advanced(bySeconds: -beforeOff)) }
        let producer = try context.producer()
        let raceIDs = Set(races.map(\.key.raceID))
        let deadLetters = try await DeadLetterWatch(context) { letter in
            // Without its payload, a letter names only its race.
            guard let request = letter.request else {
                return letter.isPayloadLeftOut && raceIDs.contains(letter.raceKey)
            }
            return request.origin == .backfill && request.revision == UInt32(revision)
                && raceIDs.contains(request.raceID)
        }
        let bar = ProgressBar("backfill \(model.name) \(model.version)")
        let start = ContinuousClock.now
        var sent = 0
        let finishedBefore = races.count - unfinishedRaces.count
        var finished = finishedBefore
        var dead = 0
        while finished + dead < races.count {
            let room = min(
                records.count - sent,
                finished - finishedBefore + dead + outstanding - sent,
                Self.sendLimit
            )
            if room > 0 {
                try await producer.send(Array(records[sent..<sent + room]))
                sent += room
            }
            // Those that are requested come first: the order never changes.
            let requested = pending.prefix(pending.count - (records.count - sent))
            let open = try await unfinished(Array(requested), revision: revision, context)
            pending = open + pending.dropFirst(requested.count)
            finished = races.count - pending.count
            if finished < races.count { dead = try await deadLetters.count() }
            bar.update(Double(finished) / Double(races.count), "\(finished) of \(races.count) races")
            try await check()
            if room < Self.sendLimit { try await Task.sleep(for: .milliseconds(100)) }
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

    /// - Returns: the revision of the run that is resumed, or a new one, higher than that of any earlier run.
    private func revision(_ count: Int, _ context: CommandContext) async throws -> Int {
        if resumes { return try await interruptedRevision(context) }
        return try await context.retryingPool.withConnection { connection in
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
        reference.featureSetHash = model.featureSetHash ?? ""
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

    private func interruptedRevision(_ context: CommandContext) async throws -> Int {
        let revision = try await context.retryingPool.withConnection { connection in
            try await BackfillStore.readLatestRevision(
                from: first,
                through: last,
                modelID: model.modelID,
                beforeOff: beforeOff,
                connection
            )
        }
        guard let revision else {
            throw CommandError(
                "no backfill of \(first) to \(last) with \(model.name) \(model.version) at this lead to resume"
            )
        }
        return revision
    }

    /// The races without signals of the revision.
    private func unfinished(
        _ races: [ScheduledRace],
        revision: Int,
        _ context: CommandContext
    ) async throws -> [ScheduledRace] {
        let moments = races.map { (raceID: $0.key.raceID, asOf: $0.off.advanced(bySeconds: -beforeOff)) }
        let open = try await context.retryingPool.withConnection { connection in
            try await BackfillStore.readUnfinished(moments, revision: revision, modelID: model.modelID, connection)
        }
        let ids = Set(open.map(\.raceID))
        return races.filter { ids.contains($0.key.raceID) }
    }

    private func unfinished(
        _ pending: [Pending],
        revision: Int,
        _ context: CommandContext
    ) async throws -> [Pending] {
        let checked = Array(pending.prefix(Self.checkLimit))
        let open = try await context.retryingPool.withConnection { connection in
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

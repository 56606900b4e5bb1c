import Foundation
import Messages
import ModelingStore
import Operations
import Postgres
import Racing
import RacingImport
import RacingStore
import Scheduler

/// Replays a past day through the fleet on a fast clock. The results are withheld, and each is revealed after its off.
struct RaceDayPlay {
    let day: CalendarDay
    /// Seconds before the off at which bets are struck.
    let lead: Double
    /// Seconds of the day per real second.
    let speed: Double
    let model: RegisteredModel
    let context: CommandContext
    /// The folder of the scheduler's log.
    let logs: String
    /// Environment variables for the scheduler, in addition to those of this process.
    let environment: [String: String]

    /// The delay between the off and the reveal of a result, in seconds of the day.
    private static let resultDelay = 120.0
    /// The time that the fleet may take to finish after the last result, in real time.
    private static let patience = Duration.seconds(90)

    struct Outcome: Sendable {
        var races: [ScheduledRace]
        var bets: [RecordedBet]
    }

    func run(_ fleet: LocalFleet) async throws -> Outcome {
        let races = try await context.scheduledRaces(from: day, to: day)
        try await context.pool.withConnection { try await WithheldResults.withhold(day, $0) }
        let origin = Date(timeIntervalSince1970: Date().timeIntervalSince1970.rounded(.up))
        let start = Schedule().dailyRun(before: races[0].off).advanced(bySeconds: -60)
        let clock = RaceClock(start: start, speed: speed, origin: origin)
        let scheduler = try LocalFleet(
            ["scheduler"],
            environment: environment.merging([
                "CLOCK_START": "\(start)",
                "CLOCK_SPEED": "\(speed)",
                "CLOCK_ORIGIN": Instant(origin).description,
            ]) { $1 },
            logs: logs
        )
        let bar = ProgressBar("race day \(day)")
        do {
            try await play(races, clock, from: start, bar) {
                try fleet.check()
                try scheduler.check()
            }
        } catch {
            await scheduler.stop()
            throw error
        }
        await scheduler.stop()
        let bets = try await context.pool.withConnection { connection in
            try await BetStore.readRecorded(races: races.map(\.key.raceID), connection)
        }
        bar.finish("\(races.count) races, \(bets.count) bets")
        return Outcome(races: races, bets: bets)
    }

    /// The progress of the day.
    private struct Progress {
        var revealed: Set<Int64> = []
        /// Races whose signals at the time of betting have been acted on.
        var decided: Set<Int64> = []
        var bets = 0
        var hasPaperBets = false
        /// When the fleet must have finished; set when the last result is revealed.
        var deadline: ContinuousClock.Instant?
    }

    private func play(
        _ races: [ScheduledRace],
        _ clock: RaceClock,
        from start: Instant,
        _ bar: ProgressBar,
        check: () async throws -> Void
    ) async throws {
        let producer = BetProducer(context: context, producer: try context.producer())
        let span = (races.last?.off ?? start).seconds(since: start) + Self.resultDelay
        var progress = Progress()
        while true {
            try await check()
            let now = clock.now
            try await revealResults(of: races, at: now, &progress)
            try await strikeBets(on: races, producer, &progress)
            bar.update(
                now.seconds(since: start) / span,
                "\(progress.revealed.count) of \(races.count) races run, \(progress.bets) bets"
            )
            if progress.revealed.count == races.count {
                try await strikePaperBetsIfNone(on: races, producer, &progress)
                if try await isFinished(races, &progress) { return }
            }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    private func revealResults(of races: [ScheduledRace], at now: Instant, _ progress: inout Progress) async throws {
        let due = races.filter { race in
            !progress.revealed.contains(race.key.raceID) && race.off.advanced(bySeconds: Self.resultDelay) <= now
        }.map(\.key.raceID)
        if !due.isEmpty { try await context.pool.withConnection { try await WithheldResults.reveal(due, $0) } }
        progress.revealed.formUnion(due)
    }

    private func strikeBets(
        on races: [ScheduledRace],
        _ producer: BetProducer,
        _ progress: inout Progress
    ) async throws {
        let decided = progress.decided
        for (race, signals) in try await signals(of: races.filter { !decided.contains($0.key.raceID) }) {
            let placements = DemoBot.advised(signals, day: day)
            try await producer.send(placements)
            progress.bets += placements.count
            progress.decided.insert(race)
        }
    }

    /// Strikes a paper bet on each race if no signal advised a stake that day.
    private func strikePaperBetsIfNone(
        on races: [ScheduledRace],
        _ producer: BetProducer,
        _ progress: inout Progress
    ) async throws {
        guard progress.decided.count == races.count, progress.bets == 0, !progress.hasPaperBets else { return }
        let signals = try await signals(of: races)
        let placements = races.compactMap { race in
            signals[race.key.raceID].flatMap { DemoBot.paperBet($0, day: day) }
        }
        try await producer.send(placements)
        progress.bets = placements.count
        progress.hasPaperBets = true
    }

    /// - Throws: `CommandError` if the fleet takes too long.
    private func isFinished(_ races: [ScheduledRace], _ progress: inout Progress) async throws -> Bool {
        let bets = progress.bets
        let state = try await context.pool.withConnection { connection in
            try await RaceDayStore.readProgress(day, races: races.map(\.key.raceID), bets: bets, connection)
        }
        if progress.decided.count == races.count, state.isFinished { return true }
        let deadline = progress.deadline ?? .now + Self.patience
        progress.deadline = deadline
        guard ContinuousClock.now < deadline else {
            throw CommandError("the race day did not finish: \(state); the workers' logs are in \(logs)")
        }
        return false
    }

    /// The signals of the races at the time of betting. A race without signals is absent.
    func signals(of races: [ScheduledRace]) async throws -> [Int64: [StoredSignal]] {
        let moments = races.map { (raceID: $0.key.raceID, asOf: $0.off.advanced(bySeconds: -lead)) }
        return try await context.pool.withConnection { connection in
            try await SignalStore.read(moments, modelID: model.modelID, live: true, connection)
        }
    }
}

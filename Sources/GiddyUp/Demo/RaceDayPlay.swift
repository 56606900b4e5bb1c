import Fleet
import Foundation
import Messages
import ModelingStore
import Postgres
import Racing
import RacingStore
import Upstream
import Workers

/// Plays a day that has been run again, through the fleet, on a fast clock: its results are withheld, and appear after each off.
struct RaceDayPlay {
    let day: CalendarDay
    /// Seconds before the off at which bets are struck.
    let lead: Double
    /// Seconds of the day in one real second.
    let speed: Double
    let model: RegisteredModel
    let connection: Connection
    /// Where the scheduler's log goes, and what it is told beside this process's environment.
    let logs: String
    let environment: [String: String]

    /// How long after the off a result is there, on the day's clock.
    private static let resultDelay = 120.0
    /// How long, in real time, the fleet may take to finish once the last result is there.
    private static let patience = Duration.seconds(90)

    struct Outcome: Sendable {
        var races: [DiaryEntry]
        var bets: [RecordedBet]
    }

    func run(_ fleet: LocalFleet) async throws -> Outcome {
        let pool = connection.pool
        let races = try await pool.withConnection { try await RaceDiary.read(from: day, through: day, $0).entries }
        guard let first = races.first, let last = races.last else { throw CommandError("there is no race on \(day)") }
        try await pool.withConnection { try await WithheldResults.withhold(day, $0) }
        let origin = Date(timeIntervalSince1970: Date().timeIntervalSince1970.rounded(.up))
        let start = Schedule.dailyRun(before: first.off).advanced(bySeconds: -60)
        let clock = RaceClock(start: start, speed: speed, origin: origin)
        let scheduler = try LocalFleet(
            ["scheduler"],
            environment: environment.merging([
                "CLOCK_START": "\(start)", "CLOCK_SPEED": "\(speed)", "CLOCK_ORIGIN": Instant(origin).description,
            ]) { $1 }, logs: logs)
        let bar = ProgressBar("race day \(day)")
        do {
            let producer = try connection.producer()
            var (revealed, bet): (Set<Int64>, Set<Int64>) = ([], [])
            var (advised, isPaper) = (0, false)
            var deadline: ContinuousClock.Instant?
            while true {
                try fleet.check()
                try scheduler.check()
                let now = clock.now
                let due = races.filter { !revealed.contains($0.key.raceID) && $0.off.advanced(bySeconds: Self.resultDelay) <= now }.map(\.key.raceID)
                if !due.isEmpty { try await pool.withConnection { try await WithheldResults.reveal(due, $0) } }
                revealed.formUnion(due)
                let signals = try await signals(of: races.filter { !bet.contains($0.key.raceID) })
                for (race, signals) in signals {
                    let placements = DemoBot.advised(signals, day: day)
                    advised += placements.count
                    try await producer.send(try placements.map { try $0.record(prefix: connection.configuration.topicPrefix) })
                    bet.insert(race)
                }
                let span = last.off.seconds(since: start) + Self.resultDelay
                bar.update(now.seconds(since: start) / span, "\(revealed.count) of \(races.count) races run, \(advised) bets")
                if revealed.count == races.count {
                    if bet.count == races.count, advised == 0, !isPaper {
                        let all = try await self.signals(of: races)
                        let placements = races.compactMap { all[$0.key.raceID].flatMap { DemoBot.paperBet($0, day: day) } }
                        try await producer.send(try placements.map { try $0.record(prefix: connection.configuration.topicPrefix) })
                        (advised, isPaper) = (placements.count, true)
                    }
                    let progress = try await pool.withConnection { [advised] in
                        try await RaceDayProgress.read(day, races: races.map(\.key.raceID), bets: advised, $0)
                    }
                    if bet.count == races.count, progress.isFinished { break }
                    let limit = deadline ?? .now + Self.patience
                    deadline = limit
                    guard ContinuousClock.now < limit else {
                        throw CommandError("the race day did not end: \(progress); the workers' logs are in \(logs)")
                    }
                }
                try await Task.sleep(for: .milliseconds(100))
            }
        } catch {
            await scheduler.stop()
            throw error
        }
        await scheduler.stop()
        let bets = try await pool.withConnection { try await BetReader.read(races: races.map(\.key.raceID), $0) }
        bar.finish("\(races.count) races, \(bets.count) bets")
        return Outcome(races: races, bets: bets)
    }

    /// The signals of the moment at which bets are struck, of the races that have them.
    func signals(of races: [DiaryEntry]) async throws -> [Int64: [StoredSignal]] {
        let moments = races.map { (raceID: $0.key.raceID, asOf: $0.off.advanced(bySeconds: -lead)) }
        return try await connection.pool.withConnection { try await SignalReader.read(moments, modelID: model.modelID, live: true, $0) }
    }
}

import Foundation
import Kafka
import Logging
import Messages
import ModelingStore
import Postgres
import Racing
import RacingStore
import ServiceLifecycle
import WorkerRuntime

/// Decides what is due, records it, and emits what is recorded. Several schedulers may run side by side.
public struct SchedulerService: Service {
    private let clock: RaceClock
    private let schedule: Schedule
    private let pool: PostgresPool
    private let producer: KafkaProducer
    private let topicPrefix: String
    private let crashPoint: CrashPoint
    private let metrics: Metrics
    private let health: LoopHealth
    private let logger: Logger

    public init(_ process: WorkerProcess, _ pool: PostgresPool, _ schedule: Schedule, clock: RaceClock) throws {
        self.clock = clock
        self.schedule = schedule
        self.pool = pool
        producer = try KafkaProducer(process.configuration.producerProperties(), log: process.logger.kafkaSink)
        topicPrefix = process.configuration.topicPrefix
        crashPoint = process.configuration.crashPoint
        metrics = process.metrics
        // An alert on an increase would miss the first one if the series began with it.
        metrics.add("giddyup_ticks_missed_total", [:], 0)
        health = process.readiness.add("scheduler")
        logger = process.logger
    }

    /// How late a request may be emitted, in clock seconds. An older tick is skipped: it would be answered with what is
    /// known now. A fast clock needs more of its own seconds for the same delay.
    private var lateness: Double { max(schedule.lateAfter, clock.speed * 10) }

    public func run() async throws {
        try await cancelWhenGracefulShutdown {
            var last: Instant?
            var nextSettlement = clock.now
            var missing: String?
            health.setHasPartitions(true)
            while !Task.isCancelled {
                let now = clock.now
                health.recordProgress(isBusy: true)
                do {
                    let start = if let last { last } else { try await firstWindowStart(now) }
                    try await emitRequests(after: start, through: now)
                    last = now
                    if now >= nextSettlement {
                        try await emitSettlements(now)
                        nextSettlement = now.advanced(bySeconds: schedule.resultsEvery)
                    }
                    health.report("failure", nil)
                    if missing != nil { logger.notice("the tables can be read now") }
                    missing = nil
                } catch is CancellationError {
                    break
                } catch {
                    guard !Task.isCancelled else { break }
                    if let object = (error as? PostgresError)?.unavailableObject {
                        await wait(for: object, isNew: object != missing)
                        missing = object
                    } else {
                        try await recover(from: error)
                    }
                }
                try? await Task.sleep(for: .seconds(min(5, max(0.2, clock.realSeconds(for: 20)))))
            }
        }
    }

    /// Logs a failure and waits. The next round starts where this one did, so only ticks older than `lateness` are
    /// skipped.
    private func recover(from error: any Error) async throws {
        let errorClass = ErrorClass.standard(error)
        if errorClass == .fatal { throw error }
        health.report("failure", "\(error)")
        // A locked table or a restarted server is expected now and then, and cured by waiting.
        logger.log(level: errorClass == .transient ? .warning : .error, "\(error)")
        try? await Task.sleep(for: .seconds(2))
    }

    /// Waits for tables that another team creates, fills or grants. The log says so once, readiness all the time.
    private func wait(for object: String, isNew: Bool) async {
        let problem =
            "waiting: \(object); racing.* must exist in the database of DATABASE_URL and be granted to giddyup_worker"
        health.report("failure", problem)
        if isNew { logger.notice("\(problem)") }
        try? await Task.sleep(for: .seconds(2))
    }

    /// Where the first window starts: at the newest tick that any scheduler recorded, so that the ticks that became due
    /// since then are counted as missed.
    private func firstWindowStart(_ now: Instant) async throws -> Instant {
        let recent = now.advanced(bySeconds: -lateness)
        let newest = try await pool.withConnection { try await TickStore.readNewest($0) }
        return max(now.advanced(bySeconds: -Self.longestOutage), min(newest ?? recent, recent))
    }

    /// The longest outage whose ticks are counted, in seconds.
    private static let longestOutage = 86_400.0

    /// Records and emits the requests that became due.
    func emitRequests(after last: Instant, through now: Instant) async throws {
        let since = now.advanced(bySeconds: -lateness)
        let (missed, pending) = try await pool.transaction { connection in
            let missed = try await recordTicks(after: last, through: now, since: since, connection)
            return (missed, try await TickStore.readPending(since: since, connection))
        }
        report(missed)
        guard !pending.isEmpty else { return }
        crashPoint.reach(.handled)
        try await producer.send(try pending.map { try $0.record(prefix: topicPrefix) })
        crashPoint.reach(.produced)
        try await pool.withConnection { try await TickStore.markEmitted(pending, $0) }
        crashPoint.reach(.committed)
        metrics.add("giddyup_messages_total", ["worker": "scheduler", "lane": "live"], Double(pending.count))
    }

    /// - Returns: the ticks that were missed.
    private func recordTicks(
        after last: Instant,
        through now: Instant,
        since: Instant,
        _ connection: PostgresConnection
    ) async throws -> [Tick] {
        let day = now.day(in: .gmt)
        let (races, faults) = try await RaceCalendar.read(
            from: day.advanced(by: -1),
            through: day.advanced(by: 2),
            connection
        )
        for fault in faults { logger.error("not scheduled: \(fault)") }
        let ticks = races.flatMap { race in
            schedule.ticks(off: race.off, after: last, through: now).map { Tick(key: race.key, asOf: $0) }
        }
        let models = try await ModelRegistry.activeModels(connection)
        if models.isEmpty, !ticks.isEmpty {
            logger.error("\(ticks.count) ticks are due but no model is in production: train or promote one")
            return []
        }
        try await TickStore.insert(ticks, models: models, since: since, connection)
        let missed = try await TickStore.skip(before: since, connection)
        guard !missed.isEmpty else { return [] }
        let refreshes = makeUpTicks(missed, races, ticks.filter { $0.asOf >= since }, now)
        try await TickStore.insert(refreshes, models: models, since: since, connection)
        return missed
    }

    /// One refresh as of now for each race that missed ticks, has not gone off, and has no tick in this window.
    private func makeUpTicks(_ missed: [Tick], _ races: [ScheduledRace], _ due: [Tick], _ now: Instant) -> [Tick] {
        let left = Set(missed.map(\.key.raceID)).subtracting(due.map(\.key.raceID))
        let asOf = Schedule.makeUpTick(now)
        return races.filter { left.contains($0.key.raceID) && $0.off >= asOf }.map { Tick(key: $0.key, asOf: asOf) }
    }

    private func report(_ missed: [Tick]) {
        guard !missed.isEmpty else { return }
        metrics.add("giddyup_ticks_missed_total", [:], Double(missed.count))
        let first = missed.map(\.asOf).min() ?? clock.now
        logger.error(
            "\(missed.count) ticks since \(first) were missed: no scheduler was able to emit them in time",
            metadata: ["races": "\(Set(missed.map(\.key.raceID)).count)"]
        )
    }

    /// Emits the results that are new or corrected.
    func emitSettlements(_ now: Instant) async throws {
        let pending = try await pool.withConnection { connection in
            let day = now.day(in: .gmt)
            let first = day.advanced(by: -schedule.resultsDays)
            let races = try await RaceCalendar.read(from: first, through: day.advanced(by: 1), connection).races
            let run = races.filter { $0.off < now }
            let (results, faults) = try await ResultReader.read(run, connection)
            for fault in faults { logger.error("not settled: \(fault)") }
            let deadline = now.advanced(bySeconds: -schedule.resultsOverdue * 3600)
            alert(run.filter { results[$0.key.raceID] == nil && $0.off < deadline })
            let finished = run.compactMap { race in results[race.key.raceID].map { (race, $0) } }
            return try await SettlementStore.upsert(finished, connection)
        }
        guard !pending.isEmpty else { return }
        try await producer.send(try pending.map { try $0.record(prefix: topicPrefix) })
        try await pool.withConnection { try await SettlementStore.markEmitted(pending, $0) }
        logger.info("results emitted", metadata: ["races": "\(pending.count)"])
    }

    /// Reports races whose result is overdue: their bets stay open.
    private func alert(_ overdue: [ScheduledRace]) {
        metrics.set("giddyup_races_without_result", [:], Double(overdue.count))
        guard !overdue.isEmpty else { return }
        let hours = schedule.resultsOverdue.formatted()
        let examples = overdue.prefix(5).map { "\($0.key.raceID) of \($0.key.day)" }.joined(separator: ", ")
        logger.error(
            "\(overdue.count) races have no result \(hours) hours after the off, and their bets stay open: \(examples)"
        )
    }
}

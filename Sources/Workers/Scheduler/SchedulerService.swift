import Fleet
import Foundation
import Kafka
import Logging
import Messages
import ModelingStore
import Postgres
import Racing
import RacingStore
import ServiceLifecycle

/// Decides what is due, writes it down, and emits what is written. Any number may run side by side.
public struct SchedulerService: Service {
    private let clock: RaceClock
    private let pool: PostgresPool
    private let producer: KafkaProducer
    private let topicPrefix: String
    private let metrics: Metrics
    private let readiness: Readiness
    private let logger: Logger

    /// How late a request may go out, on the clock; what was due earlier is past, and is not made up with what is known now. A fast clock passes more
    /// of its own time while a request is on its way.
    private var patience: Double { max(120, clock.speed * 10) }
    /// How long after the off a result may take before somebody is told.
    private static let resultPatience = 6.0 * 3600
    /// How long results are watched for corrections.
    private static let settlementDays = 14

    public init(_ main: WorkerMain, _ pool: PostgresPool, clock: RaceClock) throws {
        self.clock = clock
        self.pool = pool
        producer = try KafkaProducer(main.configuration.producerProperties(), log: main.logger.kafkaSink)
        topicPrefix = main.configuration.topicPrefix
        metrics = main.metrics
        readiness = main.readiness
        logger = main.logger
    }

    public func run() async throws {
        try await cancelWhenGracefulShutdown {
            var last = clock.now.advanced(bySeconds: -patience)
            var nextSettlement = clock.now
            readiness.isConsuming = true
            while !Task.isCancelled {
                let now = clock.now
                do {
                    try await requests(after: last, through: now)
                    last = now
                    if now >= nextSettlement {
                        try await settlements(now)
                        nextSettlement = now.advanced(bySeconds: 60)
                    }
                    readiness.isHealthy = true
                } catch is CancellationError {
                    break
                } catch {
                    guard !Task.isCancelled else { break }
                    if ErrorClass.standard(error) == .fatal { throw error }
                    // nothing is skipped: the next round starts where this one did
                    readiness.isHealthy = false
                    logger.error("\(error)")
                    try? await Task.sleep(for: .seconds(2))
                }
                try? await Task.sleep(for: .seconds(min(5, max(0.2, clock.realSeconds(for: 20)))))
            }
        }
    }

    /// Writes and emits what became due.
    func requests(after last: Instant, through now: Instant) async throws {
        let waiting = try await pool.withConnection { connection in
            let day = now.day(in: .gmt)
            let (entries, faults) = try await RaceDiary.read(from: day.advanced(by: -1), through: day.advanced(by: 2), connection)
            for fault in faults { logger.error("not scheduled: \(fault)") }
            let ticks = entries.flatMap { entry in
                Schedule.ticks(off: entry.off, after: last, through: now).map { Tick(key: entry.key, asOf: $0) }
            }
            let models = try await ModelRegistry.production(connection)
            if models.isEmpty, !ticks.isEmpty {
                logger.error("\(ticks.count) ticks are due and no model is in production: train one, or promote one")
                return [RaceRequest]()
            }
            try await TickStore.record(ticks, models: models, connection)
            return try await TickStore.waiting(since: now.advanced(bySeconds: -patience), connection)
        }
        guard !waiting.isEmpty else { return }
        try await producer.send(try waiting.map { try $0.record(prefix: topicPrefix) })
        try await pool.withConnection { try await TickStore.markEmitted(waiting, $0) }
        metrics.add("giddyup_messages_total", ["worker": "scheduler", "lane": "live"], Double(waiting.count))
    }

    /// A result that never comes is no silent gap: its bets stay open.
    private func alert(_ overdue: [DiaryEntry]) {
        metrics.set("giddyup_races_without_result", [:], Double(overdue.count))
        guard !overdue.isEmpty else { return }
        let some = overdue.prefix(5).map { "\($0.key.raceID) of \($0.key.day)" }.joined(separator: ", ")
        logger.error("\(overdue.count) races have no result six hours after their off, and their bets stay open: \(some)")
    }

    /// Sends results that are new or corrected to settlement.
    func settlements(_ now: Instant) async throws {
        let waiting = try await pool.withConnection { connection in
            let day = now.day(in: .gmt)
            let (entries, _) = try await RaceDiary.read(from: day.advanced(by: -Self.settlementDays), through: day.advanced(by: 1), connection)
            let off = entries.filter { $0.off < now }
            let (results, faults) = try await ResultReader.read(off, connection)
            for fault in faults { logger.error("not settled: \(fault)") }
            alert(off.filter { results[$0.key.raceID] == nil && $0.off < now.advanced(bySeconds: -Self.resultPatience) })
            return try await SettlementQueue.record(off.compactMap { entry in results[entry.key.raceID].map { (entry, $0) } }, connection)
        }
        guard !waiting.isEmpty else { return }
        try await producer.send(try waiting.map { try $0.record(prefix: topicPrefix) })
        try await pool.withConnection { try await SettlementQueue.markEmitted(waiting, $0) }
        logger.info("results to settlement", metadata: ["races": "\(waiting.count)"])
    }
}

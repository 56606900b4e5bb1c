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

/// Does what is due at fixed times beside the ticks: requests refits and drift runs, and deletes old rows.
///
/// It is a service of its own because a deletion may take minutes, in which ticks must not wait.
public struct JobService: Service {
    private let clock: RaceClock
    private let schedule: Schedule
    private let pool: PostgresPool
    private let producer: KafkaProducer
    private let topicPrefix: String
    private let metrics: Metrics
    private let logger: Logger

    public init(_ process: WorkerProcess, _ pool: PostgresPool, _ schedule: Schedule, clock: RaceClock) throws {
        self.clock = clock
        self.schedule = schedule
        self.pool = pool
        producer = try KafkaProducer(process.configuration.producerProperties(), log: process.logger.kafkaSink)
        topicPrefix = process.configuration.topicPrefix
        metrics = process.metrics
        logger = process.logger
    }

    public func run() async {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                let now = clock.now
                if let due = schedule.jobs.refit(at: now, in: schedule.zone) { await requestRefits(due) }
                if let due = schedule.jobs.drift(at: now, in: schedule.zone) { await requestDrift(due) }
                if let due = schedule.jobs.prune(at: now, in: schedule.zone) { await prune(due) }
                try? await Task.sleep(for: .seconds(min(30, max(1, clock.realSeconds(for: 60)))))
            }
        }
    }

    /// Requests a refit of each model in production.
    func requestRefits(_ due: Instant) async {
        do {
            let models = try await pool.withConnection { try await ModelRegistry.activeModels($0) }
            let last = due.day(in: schedule.zone).advanced(by: -1)
            // A model that was trained on the latest results needs no refit.
            let older = models.filter { $0.stage == .production && $0.trainedThrough.map { $0 < last } ?? true }
            for model in older {
                await claim("refit \(model.name)", due) { job in try await requestRefit(of: model.name, job, due) }
            }
        } catch {
            logger.error("refits are not requested yet: \(error)")
        }
    }

    private func requestRefit(of name: String, _ job: String, _ due: Instant) async throws {
        let refit = try await pool.withConnection { connection in
            try await ScheduledJobStore.refit(name, job: job, dueAt: due, connection)
        }
        guard let refit else { return }
        let day = due.day(in: schedule.zone)
        var request = TrainingRequest()
        request.requestID = "\(name)-\(refit.version)-refit-\(day)"
        request.name = name
        request.version = refit.version
        request.toDay = day.advanced(by: -1).number
        // The trainer takes the parent's; the contract wants one.
        request.objective = "race_exploded"
        request.refitOf = refit.parent
        request.promote = schedule.jobs.promotesRefits
        try await producer.send([try request.record(prefix: topicPrefix)])
        logger.notice("requested \(name) \(refit.version), a refit of \(refit.parent)")
    }

    /// Requests a drift run of each model that live requests name. A trainer takes it up.
    func requestDrift(_ due: Instant) async {
        do {
            try await pool.withConnection { connection in
                for model in try await ModelRegistry.activeModels(connection) {
                    try await ScheduledJobStore.requestDrift(
                        modelID: model.modelID,
                        through: due.day(in: schedule.zone).advanced(by: -1),
                        days: schedule.jobs.driftDays,
                        dueAt: due,
                        connection
                    )
                }
            }
        } catch {
            logger.error("drift runs are not requested yet: \(error)")
        }
    }

    /// Deletes the rows that nothing reads again.
    func prune(_ due: Instant) async {
        let cutoff = due.day(in: schedule.zone).advanced(by: -schedule.jobs.pruneOlderThan)
        await claim("prune", due) { _ in
            let counts = try await RetentionStore.prune(before: cutoff, pool)
            metrics.add("giddyup_rows_pruned_total", ["table": "signals"], Double(counts.signals))
            metrics.add("giddyup_rows_pruned_total", ["table": "ticks"], Double(counts.ticks))
            metrics.add("giddyup_rows_pruned_total", ["table": "race_expectations"], Double(counts.expectations))
            logger.notice(
                "old rows deleted",
                metadata: [
                    "before": "\(cutoff)", "signals": "\(counts.signals)", "ticks": "\(counts.ticks)",
                    "expectations": "\(counts.expectations)",
                ]
            )
        }
    }

    /// Does a job that no scheduler has done. After a failure it is tried again in the next round.
    private func claim(_ job: String, _ due: Instant, _ work: (String) async throws -> Void) async {
        do {
            let claim = try await pool.withConnection { try await ScheduledJobStore.claim(job, dueAt: due, $0) }
            guard let claim else { return }
            do { try await work(job) } catch {
                try await pool.withConnection { connection in
                    try await ScheduledJobStore.release(job, dueAt: due, claimedAt: claim, connection)
                }
                throw error
            }
            try await pool.withConnection { try await ScheduledJobStore.markDone(job, dueAt: due, $0) }
        } catch {
            logger.error("\(job), due at \(due), is not done yet: \(error)")
        }
    }
}

import Foundation
import Kafka
import Logging
import Messages
import ServiceLifecycle

/// Consumes, handles, produces and commits: at-least-once delivery around a deterministic handler.
public final class WorkerLoop<H: Handler>: Service {
    private let settings: WorkerSettings
    private let configuration: RuntimeConfiguration
    private let handler: H
    private let producer: KafkaProducer
    private let processor: BatchProcessor<H>
    private let metrics: Metrics
    private let health: LoopHealth
    private let logger: Logger

    public init(
        _ settings: WorkerSettings,
        _ configuration: RuntimeConfiguration,
        _ handler: H,
        metrics: Metrics,
        readiness: Readiness,
        logger: Logger
    ) throws {
        self.settings = settings
        self.configuration = configuration
        self.handler = handler
        self.metrics = metrics
        self.logger = logger
        let name = settings.name + (settings.group.map { ".\($0)" } ?? "")
        health = readiness.add(name, progressLimit: settings.progressLimit)
        producer = try KafkaProducer(configuration.producerProperties(), log: logger.kafkaSink)
        processor = BatchProcessor(
            handler: handler,
            worker: settings.name,
            attempts: settings.attempts,
            metrics: metrics,
            logger: logger
        )
    }

    /// Runs until a graceful shutdown. The batch in flight is then finished and committed.
    public func run() async throws {
        let stopping = CancellationFlag()
        try await withGracefulShutdownHandler {
            let lanes = try await join()
            let sampler = LagSampler(
                lanes.all,
                worker: settings.name,
                probe: try probe(),
                health: health,
                metrics: metrics,
                logger: logger
            )
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { await sampler.run() }
                defer { tasks.cancelAll() }
                try await consume(lanes, until: stopping)
            }
        } onGracefulShutdown: {
            stopping.raise()
        }
    }

    /// The lanes and what their batches share.
    private struct Lanes: Sendable {
        let live: LaneConsumer
        let backfill: LaneConsumer?
        var all: [LaneConsumer] { [live, backfill].compactMap(\.self) }
        var keepAlive: KeepAlive { KeepAlive(lanes: all) }
    }

    private func consume(_ lanes: Lanes, until stopping: CancellationFlag) async throws {
        var pacer = BackfillPacer(unit: settings.backfillUnit)
        while !stopping.isRaised {
            health.recordProgress(isBusy: false)
            let timeout: Duration = pacer.isIdle ? .milliseconds(100) : .zero
            let messages = try await poll(lanes.live, limit: settings.batchLimit, timeout: timeout)
            health.setHasPartitions(lanes.all.contains { !$0.assigned.isEmpty })
            do {
                if !messages.isEmpty {
                    try await process(messages, from: lanes.live, in: lanes)
                } else if let backfill = lanes.backfill {
                    try await processBackfillUnit(from: backfill, in: lanes, &pacer)
                }
            } catch let error as MostMessagesFailed {
                try await halt(error, lanes, until: stopping)
            }
            let blocked = lanes.all.reduce(0) { $0 + $1.blockedCount }
            health.report("blocked", blocked == 0 ? nil : "\(blocked) partitions wait for a retry")
        }
        logger.info("drained: leaving the consumer group")
        for lane in lanes.all { try await lane.close() }
    }

    /// Stops taking messages until the worker is stopped. It stays in the group, so that no other member fails on the
    /// same messages.
    private func halt(_ error: MostMessagesFailed, _ lanes: Lanes, until stopping: CancellationFlag) async throws {
        let problem = "stopped taking messages: \(error); fix the cause and restart this worker"
        health.report("halted", problem)
        metrics.set("giddyup_worker_halted", ["worker": settings.name], 1)
        var nextLog = ContinuousClock.now
        while !stopping.isRaised {
            if ContinuousClock.now >= nextLog {
                logger.critical("\(problem)")
                nextLog = .now + .seconds(60)
            }
            for lane in lanes.all { try await lane.keepAlive() }
            try await Task.sleep(for: .milliseconds(500))
        }
    }

    private func join() async throws -> Lanes {
        let base = configuration.groupID ?? configuration.topicPrefix + settings.name
        let group = base + (settings.group.map { ".\($0)" } ?? "")
        let live = try await lane(.live, settings.live, group: group)
        guard let topic = settings.backfill else { return Lanes(live: live, backfill: nil) }
        return Lanes(live: live, backfill: try await lane(.backfill, topic, group: group + ".backfill"))
    }

    private func lane(_ lane: Lane, _ topic: Topic, group: String) async throws -> LaneConsumer {
        try await LaneConsumer(
            lane,
            topic: topic.name(prefix: configuration.topicPrefix),
            configuration.consumerProperties(group: group),
            log: logger.kafkaSink
        )
    }

    /// A consumer outside any group, for the lag.
    private func probe() throws -> KafkaConsumer {
        let group = "\(configuration.topicPrefix)\(settings.name).lag.\(UUID().uuidString)"
        return try KafkaConsumer(configuration.consumerProperties(group: group), log: logger.kafkaSink)
    }

    private func poll(_ lane: LaneConsumer, limit: Int, timeout: Duration) async throws -> [KafkaMessage] {
        do throws(KafkaError) { return try await lane.poll(limit: limit, timeout: timeout) } catch {
            // The topic may not exist yet: log and retry.
            guard error.isRetriable || error.isUnknownTopic else { throw error }
            logger.warning("\(error)")
            try await Task.sleep(for: .seconds(1))
            return []
        }
    }

    private func processBackfillUnit(
        from lane: LaneConsumer,
        in lanes: Lanes,
        _ pacer: inout BackfillPacer
    ) async throws {
        let limit = min(pacer.limit, settings.batchLimit)
        let messages = try await poll(lane, limit: limit, timeout: pacer.isIdle ? .zero : .milliseconds(5))
        pacer.recordPoll(isEmpty: messages.isEmpty)
        guard !messages.isEmpty else { return }
        let start = ContinuousClock.now
        try await process(messages, from: lane, in: lanes)
        pacer.recordBatch(of: messages.count, took: ContinuousClock.now - start)
    }

    /// Processes a batch. On return its outputs are acknowledged, its offsets committed, and the partitions that need a
    /// retry blocked.
    private func process(_ messages: [KafkaMessage], from lane: LaneConsumer, in lanes: Lanes) async throws {
        let start = ContinuousClock.now
        health.recordProgress(isBusy: true)
        logger.debug("polled", metadata: ["messages": "\(Self.positions(of: messages))"])
        configuration.crashPoint.reach(.polled)
        let host = LoopHost(lane: lane, keepAlive: lanes.keepAlive)
        let batch = try await processor.process(messages, on: host)
        configuration.crashPoint.reach(.handled)
        report(batch.deadLetters)
        try await produce(batch, lanes.keepAlive)
        configuration.crashPoint.reach(.produced)
        try await commit(batch.offsets, on: lane)
        configuration.crashPoint.reach(.committed)
        lane.unblock(batch.offsets.keys)
        try await lane.block(batch.deferred)
        let labels = ["worker": settings.name, "lane": lane.lane.rawValue]
        metrics.add("giddyup_messages_total", labels, Double(batch.finished))
        metrics.observe("giddyup_batch_seconds", labels, seconds: (ContinuousClock.now - start) / .seconds(1))
    }

    /// Produces dead letters and outputs, and waits until the brokers have acknowledged all of them.
    private func produce(_ batch: ProcessedBatch, _ keepAlive: KeepAlive) async throws {
        let prefix = configuration.topicPrefix
        let deadLetterTopic = Topic.deadLetters.name(prefix: prefix)
        let records =
            try batch.deadLetters.map { $0.record(topic: deadLetterTopic) }
            + batch.outputs.map { try $0.record(prefix: prefix) }
        guard !records.isEmpty else { return }
        var backoff = Backoff()
        while true {
            do {
                // An outage of the brokers may last minutes.
                _ = try await keepAlive.run { [producer] in try await producer.send(records) }
                health.report("produce", nil)
                return
            } catch let error as KafkaError {
                guard error.isRetriable else { throw error }
                logger.warning("retrying to produce: \(error)")
                health.report("produce", "cannot produce: \(error)")
                health.recordProgress(isBusy: true)
                let delay = backoff.next()
                try await keepAlive.run(after: .zero) { try await Task.sleep(for: delay) }
            }
        }
    }

    private func commit(_ offsets: [TopicPartition: Int64], on lane: LaneConsumer) async throws {
        do throws(KafkaError) { try await lane.commit(offsets) } catch {
            // Uncommitted messages are redelivered; handlers are idempotent.
            guard !error.isFatal else { throw error }
            logger.warning("offsets were not committed: \(error)")
        }
    }

    private func report(_ deadLetters: [DeadLetter]) {
        for deadLetter in deadLetters {
            logger.error(
                "dead letter",
                metadata: [
                    "reason": "\(deadLetter.reason)",
                    "class": "\(deadLetter.errorClass.rawValue)",
                    "from": "\(deadLetter.message.source)",
                    "offset": "\(deadLetter.message.offset)",
                ]
            )
            metrics.add(
                "giddyup_dead_letters_total",
                ["worker": settings.name, "class": deadLetter.errorClass.rawValue]
            )
        }
    }

    private static func positions(of messages: [KafkaMessage]) -> String {
        messages.map { "\($0.source)@\($0.offset)" }.joined(separator: " ")
    }
}

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
    private let output: OutputProducer
    private let stopping: StopSignal
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
        let window = FailureWindow()
        output = OutputProducer(
            try KafkaProducer(configuration.producerProperties(), log: logger.kafkaSink),
            prefix: configuration.topicPrefix,
            worker: settings.name,
            window: window,
            health: health,
            metrics: metrics,
            logger: logger
        )
        // An alert on an increase would miss the first one if the series began with it.
        for errorClass in [ErrorClass.contract, .unknown] {
            metrics.add(
                "giddyup_dead_letters_total",
                ["worker": settings.name, "class": errorClass.rawValue],
                0
            )
        }
        metrics.set("giddyup_worker_halted", ["worker": settings.name], 0)
        stopping = StopSignal(drainBudget: settings.drainBudget)
        processor = BatchProcessor(
            handler: handler,
            worker: settings.name,
            attempts: settings.attempts,
            window: window,
            metrics: metrics,
            logger: logger
        )
    }

    /// Runs until a graceful shutdown. The batch in flight is then finished and committed, or abandoned if it takes
    /// longer than the drain budget.
    public func run() async throws {
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
            // A sample of brokers that do not answer takes up to 40 seconds, which a stop must not wait for.
            let sampling = Task { await sampler.run() }
            defer { sampling.cancel() }
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                defer { tasks.cancelAll() }
                let consuming = Task { try await consume(lanes) }
                tasks.addTask { await lanes.keepAlive.poll { consuming.cancel() } }
                do {
                    try await withTaskCancellationHandler {
                        try await consuming.value
                    } onCancel: {
                        consuming.cancel()
                    }
                } catch is CancellationError where stopping.isOverdue {
                    // The work had ended when it was abandoned.
                    logger.warning("\(WorkerStopping())")
                } catch {
                    // A worker that fails again after each restart would repeat the same batches each time.
                    _ = try? await finishCommits(lanes)
                    throw error
                }
                try await leave(lanes)
            }
        } onGracefulShutdown: { [stopping] in
            stopping.raise()
        }
    }

    /// The lanes and what their batches share.
    private struct Lanes: Sendable {
        let live: LaneConsumer
        let backfill: LaneConsumer?
        let all: [LaneConsumer]
        let keepAlive: KeepAlive

        init(live: LaneConsumer, backfill: LaneConsumer?, stopping: StopSignal) {
            self.live = live
            self.backfill = backfill
            all = [live, backfill].compactMap(\.self)
            keepAlive = KeepAlive(lanes: all, stopping: stopping)
        }
    }

    private func consume(_ lanes: Lanes) async throws {
        var pacer = BackfillPacer(unit: settings.backfillUnit)
        // If the loop waited for the next live message after each one, a steady trickle of them would keep the backfill
        // lane waiting for ever.
        var hadLive = false
        while !stopping.isRaised {
            health.recordProgress(isBusy: false)
            let timeout: Duration = pacer.isIdle && !hadLive ? .milliseconds(100) : .zero
            let messages = try await poll(lanes.live, limit: settings.batchLimit, timeout: timeout)
            hadLive = !messages.isEmpty
            health.setHasPartitions(lanes.all.contains { !$0.assigned.isEmpty })
            do {
                if !messages.isEmpty {
                    try await process(messages, from: lanes.live, in: lanes)
                    try await stayInGroup(lanes.backfill)
                } else if let backfill = lanes.backfill {
                    try await processBackfillUnit(from: backfill, in: lanes, &pacer)
                }
            } catch let error as MostMessagesFailed {
                try await halt(error, lanes)
            } catch let error as WorkerStopping {
                logger.warning("\(error)")
            }
            for lane in lanes.all { try await commitWhatIsDue(on: lane) }
            let blocked = lanes.all.reduce(0) { $0 + $1.blockedCount }
            health.report("blocked", blocked == 0 ? nil : "\(blocked) partitions wait for a retry")
        }
    }

    private func leave(_ lanes: Lanes) async throws {
        logger.info("drained: leaving the consumer group")
        let isDone = try await finishCommits(lanes) { lane in try await lane.close() }
        // What was not committed is delivered again, and the group evicts this member after its session timeout.
        if !isDone { logger.warning("the brokers do not answer: stopping without leaving the consumer group") }
    }

    /// Commits what is not committed yet, lane by lane.
    ///
    /// - Returns: whether the brokers answered in time.
    private func finishCommits(
        _ lanes: Lanes,
        _ body: @escaping @Sendable (LaneConsumer) async throws -> Void = { _ in }
    ) async throws -> Bool {
        try await Self.finishes(within: Self.leaveLimit) {
            for lane in lanes.all {
                try await self.tolerating { () throws(KafkaError) in try await lane.finishCommits() }
                try await body(lane)
            }
        }
    }

    /// With the drain budget this stays below the grace period of compose/compose.yaml, 30 s.
    private static var leaveLimit: Duration { .seconds(10) }

    /// Runs `work`, and abandons it when its time is over: librdkafka's calls cannot be cancelled.
    private static func finishes(within limit: Duration, _ work: @escaping @Sendable () async throws -> Void)
        async throws -> Bool
    {
        let (results, continuation) = AsyncStream.makeStream(of: Result<Bool, any Error>.self)
        let working = Task {
            do {
                try await work()
                continuation.yield(.success(true))
            } catch { continuation.yield(.failure(error)) }
        }
        let timing = Task {
            try? await Task.sleep(for: limit)
            continuation.yield(.success(false))
        }
        defer {
            working.cancel()
            timing.cancel()
            continuation.finish()
        }
        for await result in results { return try result.get() }
        return false
    }

    /// Polls the backfill lane without taking messages, if a long backlog of the live lane has kept it waiting. The
    /// group would otherwise evict its consumer.
    private func stayInGroup(_ backfill: LaneConsumer?) async throws {
        guard let backfill, ContinuousClock.now - backfill.lastPoll > .seconds(10) else { return }
        try await backfill.keepAlive()
        try await backfill.resume()
    }

    /// Stops taking messages until the worker is stopped. It stays in the group, so that no other member fails on the
    /// same messages.
    private func halt(_ error: MostMessagesFailed, _ lanes: Lanes) async throws {
        let problem = "stopped taking messages: \(error); fix the cause and restart this worker"
        health.report("halted", problem)
        metrics.set("giddyup_worker_halted", ["worker": settings.name], 1)
        var nextLog = ContinuousClock.now
        while !stopping.isRaised {
            if ContinuousClock.now >= nextLog {
                logger.critical("\(problem)")
                nextLog = .now + .seconds(60)
            }
            for lane in lanes.all {
                try await lane.keepAlive()
                try await commitWhatIsDue(on: lane)
            }
            try await Task.sleep(for: .milliseconds(500))
        }
    }

    private func join() async throws -> Lanes {
        let live = try await lane(.live, settings.live)
        guard let topic = settings.backfill else { return Lanes(live: live, backfill: nil, stopping: stopping) }
        let backfill = try await lane(.backfill, topic)
        return Lanes(live: live, backfill: backfill, stopping: stopping)
    }

    private func lane(_ lane: Lane, _ topic: Topic) async throws -> LaneConsumer {
        let group = ConsumerGroup.name(
            worker: settings.name,
            loop: settings.group,
            isBackfill: lane == .backfill,
            prefix: configuration.topicPrefix,
            base: configuration.groupID
        )
        return try await LaneConsumer(
            lane,
            topic: topic.name(prefix: configuration.topicPrefix),
            group: group,
            configuration.consumerProperties(group: group, fetchAhead: settings.fetchAhead),
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

    /// Processes a batch. On return its outputs are acknowledged, its offsets wait to be committed, and the partitions
    /// that need a retry are blocked.
    private func process(_ messages: [KafkaMessage], from lane: LaneConsumer, in lanes: Lanes) async throws {
        let start = ContinuousClock.now
        let figures = LaneMetrics(metrics, worker: settings.name, lane)
        figures.enter(messages)
        defer { figures.leave() }
        health.recordProgress(isBusy: true)
        logger.debug("polled", metadata: ["messages": "\(Self.positions(of: messages))"])
        configuration.crashPoint.reach(.polled)
        let host = LoopHost(lane: lane, keepAlive: lanes.keepAlive, crashPoint: configuration.crashPoint) {
            try await self.produce($0, on: lane, lanes)
        }
        let batch = try await processor.process(messages, on: host)
        if !batch.areOutputsProduced { configuration.crashPoint.reach(.handled) }
        try await produce(batch, on: lane, lanes)
        configuration.crashPoint.reach(.produced)
        lane.finish(batch.offsets, since: start)
        if configuration.crashPoint.isAt(.committed) {
            try await tolerating { () throws(KafkaError) in try await lane.finishCommits() }
            configuration.crashPoint.reach(.committed)
        }
        lane.unblock(batch.offsets.keys)
        try await block(batch.deferred, on: lane)
        figures.end(finished: batch.finished, seconds: (ContinuousClock.now - start) / .seconds(1))
    }

    private func produce(_ batch: ProcessedBatch, on lane: LaneConsumer, _ lanes: Lanes) async throws {
        report(batch.deadLetters)
        report(try await output.produce(batch, on: lane.lane, lanes.keepAlive))
    }

    private func block(_ offsets: [TopicPartition: Int64], on lane: LaneConsumer) async throws {
        do throws(KafkaError) { try await lane.block(offsets) } catch {
            guard error.isRetriable else { throw error }
            logger.warning("a blocked partition is read from its offset before the next poll: \(error)")
        }
    }

    private func commitWhatIsDue(on lane: LaneConsumer) async throws {
        try await tolerating { () throws(KafkaError) in try await lane.commitWhatIsDue() }
    }

    private func tolerating(_ commit: () async throws(KafkaError) -> Void) async throws {
        do throws(KafkaError) { try await commit() } catch {
            // They are committed again, or their messages are redelivered to another worker; handlers are idempotent.
            guard !error.isFatal else { throw error }
            logger.warning("offsets were not committed: \(error)")
        }
    }

    private func report(_ deadLetters: [DeadLetter]) {
        for deadLetter in deadLetters {
            logger.error(
                "dead letter",
                metadata: deadLetter.message.logMetadata.merging([
                    "reason": "\(deadLetter.reason)", "class": "\(deadLetter.errorClass.rawValue)",
                ]) { $1 }
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

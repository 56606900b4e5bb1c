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
    private let metrics: Metrics
    private let readiness: Readiness
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
        self.readiness = readiness
        self.logger = logger
        producer = try KafkaProducer(configuration.producerProperties(), log: logger.kafkaSink)
    }

    /// Runs until a graceful shutdown. The batch in flight is then finished and committed.
    public func run() async throws {
        let stopping = CancellationFlag()
        try await withGracefulShutdownHandler {
            try await consume(until: stopping)
        } onGracefulShutdown: {
            stopping.raise()
        }
    }

    /// The lanes and what their batches share.
    private struct Lanes {
        let live: LaneConsumer
        let backfill: LaneConsumer?
        var all: [LaneConsumer] { [live, backfill].compactMap(\.self) }
    }

    private func consume(until stopping: CancellationFlag) async throws {
        let lanes = try await join()
        var pacer = BackfillPacer(unit: settings.backfillUnit)
        var nextReport = ContinuousClock.now
        while !stopping.isRaised {
            let timeout: Duration = pacer.isIdle ? .milliseconds(100) : .zero
            let messages = try await poll(lanes.live, limit: settings.batchLimit, timeout: timeout)
            readiness.isConsuming = lanes.all.contains { !$0.assigned.isEmpty }
            if !messages.isEmpty {
                try await process(messages, from: lanes.live, in: lanes)
            } else if let backfill = lanes.backfill, pacer.isDue {
                try await processBackfillUnit(from: backfill, in: lanes, &pacer)
            }
            if ContinuousClock.now >= nextReport {
                nextReport = ContinuousClock.now + .seconds(5)
                await reportLag(lanes)
            }
        }
        logger.info("drained: leaving the consumer group")
        for lane in lanes.all { try await lane.close() }
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
        do {
            try await process(messages, from: lane, in: lanes)
            pacer.recordBatch(of: messages.count, took: ContinuousClock.now - start)
        } catch is BatchDeferred {
            // The live lane does not wait for what only the backfill lacks.
            try await lane.rewind(messages)
            pacer.deferNextPoll()
        }
    }

    /// Processes a batch. On return its outputs are acknowledged and its offsets committed.
    private func process(_ messages: [KafkaMessage], from lane: LaneConsumer, in lanes: Lanes) async throws {
        let start = ContinuousClock.now
        logger.debug("polled", metadata: ["messages": "\(Self.positions(of: messages))"])
        let host = LoopHost(lane: lane, keepAlive: KeepAlive(lanes: lanes.all), readiness: readiness)
        let processor = BatchProcessor(
            handler: handler,
            worker: settings.name,
            attempts: settings.attempts,
            defersRetries: lane.lane == .backfill,
            metrics: metrics,
            logger: logger
        )
        let batch = try await processor.process(messages, on: host)
        report(batch.deadLetters)
        try await produce(batch, on: host)
        try await commit(messages, on: lane)
        let labels = ["worker": settings.name, "lane": lane.lane.rawValue]
        metrics.add("giddyup_messages_total", labels, Double(messages.count))
        metrics.observe("giddyup_batch_seconds", labels, seconds: (ContinuousClock.now - start) / .seconds(1))
    }

    /// Produces dead letters and outputs, and waits until the brokers have acknowledged all of them.
    private func produce(_ batch: ProcessedBatch, on host: LoopHost) async throws {
        let prefix = configuration.topicPrefix
        let deadLetterTopic = Topic.deadLetters.name(prefix: prefix)
        let records =
            try batch.deadLetters.map { $0.record(topic: deadLetterTopic) }
            + batch.outputs.map { try $0.record(prefix: prefix) }
        var backoff = Backoff()
        while true {
            do {
                // An outage of the brokers may last minutes.
                _ = try await host.keepAlive { [producer] in try await producer.send(records) }
                return
            } catch let error as KafkaError {
                guard error.isRetriable else { throw error }
                logger.warning("retrying to produce: \(error)")
                try await host.backOff(for: backoff.next())
            }
        }
    }

    private func commit(_ messages: [KafkaMessage], on lane: LaneConsumer) async throws {
        var offsets: [TopicPartition: Int64] = [:]
        for message in messages {
            offsets[message.source] = max(offsets[message.source] ?? 0, message.offset + 1)
        }
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

    private func reportLag(_ lanes: Lanes) async {
        for lane in lanes.all {
            for (source, lag) in await lane.lag() {
                let labels = ["topic": source.topic, "partition": "\(source.partition)"]
                metrics.set("giddyup_consumer_lag", labels, Double(lag))
            }
        }
    }

    private static func positions(of messages: [KafkaMessage]) -> String {
        messages.map { "\($0.source)@\($0.offset)" }.joined(separator: " ")
    }
}

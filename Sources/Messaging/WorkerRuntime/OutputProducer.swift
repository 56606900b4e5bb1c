import Kafka
import Logging
import Messages

/// Produces what a batch made: dead letters and outputs.
struct OutputProducer: Sendable {
    private let producer: KafkaProducer
    private let prefix: String
    private let worker: String
    private let window: FailureWindow
    private let health: LoopHealth
    private let metrics: Metrics
    private let logger: Logger

    init(
        _ producer: KafkaProducer,
        prefix: String,
        worker: String,
        window: FailureWindow,
        health: LoopHealth,
        metrics: Metrics,
        logger: Logger
    ) {
        self.producer = producer
        self.prefix = prefix
        self.worker = worker
        self.window = window
        self.health = health
        self.metrics = metrics
        self.logger = logger
    }

    /// Produces dead letters and outputs, and waits until the brokers have acknowledged all of them. An outage of the
    /// brokers may last minutes: what is transient is retried until the worker is stopped.
    ///
    /// - Returns: the dead letters of messages whose outputs the brokers reject as too large. They were produced in
    ///   place of those outputs.
    /// - Throws: `WorkerStopping`; `MostMessagesFailed` if nearly all outputs are too large; a `KafkaError` that no
    ///   retry can change.
    func produce(_ batch: ProcessedBatch, on lane: Lane, _ keepAlive: KeepAlive) async throws -> [DeadLetter] {
        var deadLetters = batch.deadLetters
        var outputs = batch.outputs
        var rejected: [DeadLetter] = []
        var backoff = Backoff()
        while !deadLetters.isEmpty || !outputs.isEmpty {
            let records = try records(deadLetters, outputs, lane)
            let results = try await keepAlive.run { [producer] in await producer.deliver(records) }
            let errors = zip(records.indices, results).compactMap { index, result in
                if case .failure(let error) = result { (index, error) } else { nil }
            }
            health.report("produce", nil)
            guard let (_, first) = errors.first else {
                count(records)
                return rejected
            }
            let tooLarge = errors.filter { $1.isTooLarge }
            if !tooLarge.isEmpty {
                let new = try reject(tooLarge, &deadLetters, &outputs)
                try window.check(rejected: new)
                rejected += new
                deadLetters += new
                continue
            }
            if let error = errors.map(\.1).first(where: { !$0.isRetriable && !$0.isUnknownTopic }) { throw error }
            try await wait(after: first, &backoff, keepAlive)
        }
        return rejected
    }

    private func count(_ records: [KafkaRecord]) {
        for (topic, group) in Dictionary(grouping: records, by: \.topic) {
            let labels = ["worker": worker, "messaging_system": "kafka", "messaging_destination_name": topic]
            metrics.add("giddyup_messages_produced_total", labels, Double(group.count))
        }
    }

    private func records(_ deadLetters: [DeadLetter], _ outputs: [Output], _ lane: Lane) throws -> [KafkaRecord] {
        let topic = Topic.deadLetters.name(prefix: prefix)
        return deadLetters.map { $0.record(topic: topic) } + (try outputs.map { try $0.record(prefix: prefix, lane) })
    }

    /// Replaces each message with an output that is too large by its dead letter, and takes the payload out of a dead
    /// letter that is too large itself.
    ///
    /// - Returns: the new dead letters.
    private func reject(
        _ tooLarge: [(index: Int, error: KafkaError)],
        _ deadLetters: inout [DeadLetter],
        _ outputs: inout [Output]
    ) throws -> [DeadLetter] {
        var new: [DeadLetter] = []
        for (index, error) in tooLarge {
            if index < deadLetters.count {
                guard !deadLetters[index].isPayloadLeftOut else { throw error }
                deadLetters[index] = deadLetters[index].leavingOutPayload()
            } else {
                let input = outputs[index - deadLetters.count].input
                guard !new.contains(where: { $0.message.isSame(as: input) }) else { continue }
                let reason = "its output cannot be produced: \(error)"
                new.append(
                    DeadLetter(message: input, reason: reason, errorClass: .contract, worker: worker, attempt: 1)
                )
            }
        }
        outputs.removeAll { output in new.contains { $0.message.isSame(as: output.input) } }
        return new
    }

    private func wait(after error: KafkaError, _ backoff: inout Backoff, _ keepAlive: KeepAlive) async throws {
        if keepAlive.stopping.isRaised { throw WorkerStopping() }
        logger.warning("retrying to produce: \(error)")
        health.report("produce", "cannot produce: \(error)")
        health.recordProgress(isBusy: true)
        let delay = backoff.next()
        try await keepAlive.run(after: .zero) { try await Task.sleep(for: delay) }
    }
}

import Kafka
import Logging
import Messages

/// A batch whose messages need a retry that its lane does not wait for. Nothing of it was produced or committed.
package struct BatchDeferred: Error {}

/// The result of processing a batch: what to produce before its offsets are committed.
package struct ProcessedBatch {
    package var outputs: [any Contract] = []
    package var deadLetters: [DeadLetter] = []
}

/// Decodes and handles a batch: retries what is transient, isolates the messages that fail, and dead-letters them.
///
/// It knows neither Kafka's consumer nor the producer; `BatchHost` stands for both.
package struct BatchProcessor<H: Handler>: Sendable {
    private let handler: H
    private let worker: String
    /// How often a message that fails for an unknown reason is tried.
    private let attempts: Int
    /// Whether a batch that needs a retry is deferred (the backfill lane) or retried until it succeeds (the live lane).
    private let defersRetries: Bool
    private let metrics: Metrics
    private let logger: Logger

    package init(
        handler: H,
        worker: String,
        attempts: Int,
        defersRetries: Bool,
        metrics: Metrics,
        logger: Logger
    ) {
        self.handler = handler
        self.worker = worker
        self.attempts = attempts
        self.defersRetries = defersRetries
        self.metrics = metrics
        self.logger = logger
    }

    /// - Throws: `BatchDeferred` if the lane defers retries; `FatalError` if most messages fail for an unknown reason,
    ///   or an error of class fatal. Nothing may be committed then.
    package func process(_ messages: [KafkaMessage], on host: some BatchHost) async throws -> ProcessedBatch {
        var (items, deadLetters) = decode(messages)
        let failed = try await handle(&items, on: host)
        try stopIfMostFailed(failed, of: items.count)
        deadLetters += failed
        return ProcessedBatch(outputs: items.flatMap(\.outputs), deadLetters: deadLetters)
    }

    private struct Item {
        let message: KafkaMessage
        let input: H.Input
        var outputs: [any Contract] = []
        var attempts = 0
    }

    private func decode(_ messages: [KafkaMessage]) -> (items: [Item], deadLetters: [DeadLetter]) {
        var items: [Item] = []
        var deadLetters: [DeadLetter] = []
        for message in messages {
            do throws(ContractError) {
                items.append(Item(message: message, input: try handler.decode(message)))
            } catch {
                deadLetters.append(deadLetter(message, error, .contract, attempt: 1))
            }
        }
        return (items, deadLetters)
    }

    /// Handles the items until none is left to retry.
    ///
    /// - Returns: the messages to dead-letter.
    private func handle(_ items: inout [Item], on host: some BatchHost) async throws -> [DeadLetter] {
        var pending = Array(items.indices)
        var deadLetters: [DeadLetter] = []
        var backoff = Backoff()
        var isolates = false
        while !pending.isEmpty {
            // The new owner of a revoked partition handles its messages.
            pending.removeAll { host.isRevoked(items[$0].message) }
            var round = Round()
            for unit in isolates ? pending.map({ [$0] }) : [pending] where !unit.isEmpty {
                try await handle(unit, of: &items, in: &round, on: host)
            }
            deadLetters += round.deadLetters
            isolates = isolates || round.isolates
            pending = round.retries
            if round.backsOff {
                if defersRetries { throw BatchDeferred() }
                try await host.backOff(for: backoff.next())
            }
        }
        return deadLetters
    }

    /// What one pass over the pending items leads to.
    private struct Round {
        var retries: [Int] = []
        var deadLetters: [DeadLetter] = []
        /// Whether to wait before the next pass.
        var backsOff = false
        /// Whether to handle each item alone from now on.
        var isolates = false
    }

    private func handle(
        _ unit: [Int],
        of items: inout [Item],
        in round: inout Round,
        on host: some BatchHost
    ) async throws {
        let inputs = unit.map { items[$0].input }
        let outcomes: [Outcome]
        do {
            outcomes = try await host.keepAlive { [handler] in try await handler.handle(inputs) }
        } catch {
            let errorClass = handler.classify(error)
            if unit.count > 1, errorClass != .transient, errorClass != .fatal {
                // One of the messages may be poison. Handling each alone shows which.
                round.isolates = true
                round.retries += unit
                return
            }
            outcomes = unit.map { _ in .failed(error) }
        }
        for (index, outcome) in zip(unit, outcomes) {
            switch outcome {
            case .done(let outputs): items[index].outputs = outputs
            case .failed(let error): try recordFailure(of: index, error, &items[index], &round)
            }
        }
    }

    private func recordFailure(of index: Int, _ error: any Error, _ item: inout Item, _ round: inout Round) throws {
        item.attempts += 1
        let errorClass = handler.classify(error)
        switch errorClass {
        case .fatal: throw error
        case .contract:
            round.deadLetters.append(deadLetter(item.message, error, .contract, attempt: item.attempts))
        case .unknown where item.attempts >= attempts:
            round.deadLetters.append(deadLetter(item.message, error, .unknown, attempt: item.attempts))
        case .transient, .unknown:
            round.retries.append(index)
            round.backsOff = true
            metrics.add("giddyup_retries_total", ["worker": worker, "class": errorClass.rawValue])
            logger.warning("retrying: \(error)", metadata: ["from": "\(item.message.source)"])
        }
    }

    /// Stops the worker if more than half of a batch fails for an unknown reason. That is a bug or an outage, not
    /// poison: dead-lettering would empty the topic.
    private func stopIfMostFailed(_ deadLetters: [DeadLetter], of count: Int) throws(FatalError) {
        let unknown = deadLetters.filter { $0.errorClass == .unknown }
        guard unknown.count > 1, unknown.count * 2 > count, let last = unknown.last else { return }
        throw FatalError(
            "\(unknown.count) of \(count) messages of \(last.message.source.topic) failed, "
                + "the last with: \(last.reason)"
        )
    }

    private func deadLetter(
        _ message: KafkaMessage,
        _ error: any Error,
        _ errorClass: ErrorClass,
        attempt: Int
    ) -> DeadLetter {
        DeadLetter(message: message, reason: "\(error)", errorClass: errorClass, worker: worker, attempt: attempt)
    }
}

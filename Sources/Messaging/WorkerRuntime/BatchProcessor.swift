import Kafka
import Logging
import Messages

/// Decodes and handles a batch once: isolates the messages that fail, dead-letters them, and defers what needs a retry.
///
/// It knows neither Kafka's consumer nor the producer; `BatchHost` stands for both.
package struct BatchProcessor<H: Handler>: Sendable {
    private let handler: H
    private let worker: String
    private let attempts: Int
    private let ledger: AttemptLedger
    private let window: FailureWindow
    private let metrics: Metrics
    private let logger: Logger

    /// - Parameters:
    ///   - attempts: how often a message that fails for an unknown reason is tried.
    ///   - ledger: counts the attempts over batches.
    ///   - window: judges whether the failures are poison or a bug.
    package init(
        handler: H,
        worker: String,
        attempts: Int,
        ledger: AttemptLedger = AttemptLedger(),
        window: FailureWindow = FailureWindow(),
        metrics: Metrics,
        logger: Logger
    ) {
        self.handler = handler
        self.worker = worker
        self.attempts = attempts
        self.ledger = ledger
        self.window = window
        self.metrics = metrics
        self.logger = logger
    }

    /// Handles the messages in order. If a message must be retried, its partition is deferred from that message on.
    ///
    /// - Throws: `MostMessagesFailed` if the failures look like a bug; an error of class fatal; `WorkerStopping`.
    ///   Nothing may be committed then, nor produced.
    package func process(_ messages: [KafkaMessage], on host: some BatchHost) async throws -> ProcessedBatch {
        var results = await decode(messages)
        let areOutputsProduced = try await handle(&results, on: host)
        var batch = try settle(results, on: host)
        if areOutputsProduced {
            batch.outputs = []
            batch.areOutputsProduced = true
        }
        let failures = batch.deadLetters.filter { !$0.isUndecodable }
        try window.check(failures, others: batch.finished - failures.count)
        return batch
    }

    /// What became of one message so far.
    private struct Result: Sendable {
        enum State: Sendable {
            case undecodable(ContractError)
            case decoded(H.Input)
            case done([any Contract])
            case failed(any Error)

            init(_ outcome: Outcome) {
                switch outcome {
                case .done(let outputs): self = .done(outputs)
                case .failed(let error): self = .failed(error)
                }
            }
        }

        let message: KafkaMessage
        var state: State

        var isDone: Bool { if case .done = state { true } else { false } }

        /// What the handler made of the message.
        var outputs: [Output] {
            guard case .done(let outputs) = state else { return [] }
            return outputs.map { Output(message: $0, input: message) }
        }
    }

    private func decode(_ messages: [KafkaMessage]) async -> [Result] {
        await mapInParallel(messages) { message in
            do throws(ContractError) {
                return Result(message: message, state: .decoded(try handler.decode(message)))
            } catch {
                return Result(message: message, state: .undecodable(error))
            }
        }
    }

    /// Handles what was decoded as one batch, or each message alone if the batch as a whole fails.
    ///
    /// - Returns: whether the outputs of the batch are produced already.
    private func handle(_ results: inout [Result], on host: some BatchHost) async throws -> Bool {
        var pending: [(index: Int, input: H.Input)] = []
        for (index, result) in results.enumerated() where !host.isRevoked(result.message) {
            if case .decoded(let input) = result.state { pending.append((index, input)) }
        }
        guard !pending.isEmpty else { return false }
        let indices = pending.map(\.index)
        let inputs = pending.map(\.input)
        let writes: Writes
        do {
            let handled = try await host.keepAlive { [handler] in try await handler.handleLeavingWrites(inputs) }
            record(handled.outcomes, of: indices, in: &results)
            guard let left = handled.writes else { return false }
            guard indices.allSatisfy({ results[$0].isDone }) else {
                try await host.keepAlive(during: left)
                return false
            }
            writes = left
        } catch let error as WorkerStopping {
            throw error
        } catch {
            try await handleAlone(pending, after: error, &results, on: host)
            return false
        }
        let outputs = indices.flatMap { results[$0].outputs }
        guard let error = try await host.produce(outputs, beside: writes) else { return true }
        try await handleAlone(pending, after: error, &results, on: host)
        return false
    }

    private func record(_ outcomes: [Outcome], of indices: [Int], in results: inout [Result]) {
        precondition(
            outcomes.count == indices.count,
            "\(worker) returned \(outcomes.count) outcomes for \(indices.count)"
        )
        for (index, outcome) in zip(indices, outcomes) { results[index].state = .init(outcome) }
    }

    /// Handles each message of a failed batch alone, which shows which one is poison. If another system is unavailable,
    /// all of them fail.
    private func handleAlone(
        _ pending: [(index: Int, input: H.Input)],
        after error: any Error,
        _ results: inout [Result],
        on host: some BatchHost
    ) async throws {
        let errorClass = handler.classify(error)
        if errorClass == .fatal { throw error }
        if pending.count == 1 || errorClass == .transient {
            for item in pending { results[item.index].state = .failed(error) }
            return
        }
        for item in pending {
            do {
                let outcomes = try await host.keepAlive { [handler] in try await handler.handle([item.input]) }
                record(outcomes, of: [item.index], in: &results)
            } catch let error as WorkerStopping {
                throw error
            } catch { results[item.index].state = .failed(error) }
        }
    }

    /// Decides for each message, in order, whether it is finished, dead-lettered or deferred with its partition.
    private func settle(_ results: [Result], on host: some BatchHost) throws -> ProcessedBatch {
        var batch = ProcessedBatch()
        for result in results {
            let message = result.message
            // The new owner of a revoked partition handles its messages. Messages after a deferred one come again.
            guard !host.isRevoked(message), batch.deferred[message.source] == nil else { continue }
            switch result.state {
            case .undecodable(let error):
                batch.deadLetters.append(deadLetter(message, error, .contract, attempt: 1))
            case .done:
                logger.debug("handled", metadata: message.logMetadata)
                batch.outputs += result.outputs
            case .failed(let error):
                guard let deadLetter = try judge(message, error) else {
                    batch.deferred[message.source] = message.offset
                    continue
                }
                batch.deadLetters.append(deadLetter)
            case .decoded:
                continue
            }
            batch.finished += 1
            batch.offsets[message.source] = message.offset + 1
            ledger.forget(message.source)
        }
        return batch
    }

    /// - Returns: the dead letter, or `nil` if the message is retried later.
    private func judge(_ message: KafkaMessage, _ error: any Error) throws -> DeadLetter? {
        let errorClass = handler.classify(error)
        switch errorClass {
        case .fatal: throw error
        case .contract: return deadLetter(message, error, .contract, attempt: 1)
        case .unknown:
            let attempt = ledger.recordFailure(of: message)
            if attempt >= attempts { return deadLetter(message, error, .unknown, attempt: attempt) }
        case .transient: break
        }
        metrics.add("giddyup_retries_total", ["worker": worker, "class": errorClass.rawValue])
        logger.warning("will retry: \(error)", metadata: message.logMetadata)
        return nil
    }

    private func deadLetter(
        _ message: KafkaMessage,
        _ error: any Error,
        _ errorClass: ErrorClass,
        attempt: Int
    ) -> DeadLetter {
        DeadLetter(message: message, reason: "\(error)", errorClass: errorClass, worker: worker, attempt: attempt)
            .markedUndecodable((error as? ContractError)?.isUndecodable ?? false)
    }
}

extension FailureWindow {
    /// Records dead letters among `others` that were handled.
    ///
    /// - Throws: `MostMessagesFailed` if they look like a bug rather than poison.
    func check(_ failures: [DeadLetter], others: Int) throws(MostMessagesFailed) {
        if trips(failures: failures.count, others: others), let last = failures.last { throw MostMessagesFailed(last) }
    }

    /// Records dead letters of messages that were recorded as handled.
    ///
    /// - Throws: `MostMessagesFailed` if they look like a bug rather than poison.
    func check(rejected: [DeadLetter]) throws(MostMessagesFailed) {
        if tripsAfterRejecting(rejected.count), let last = rejected.last { throw MostMessagesFailed(last) }
    }
}

/// Most messages fail, which is a bug or an outage rather than poison. The worker stops taking messages.
package struct MostMessagesFailed: Error, CustomStringConvertible {
    package let description: String

    init(_ last: DeadLetter) {
        description =
            "most of the latest messages of \(last.message.source.topic) failed, the last with: \(last.reason)"
    }
}

extension KafkaMessage {
    /// Which message a log line is about, and the trace by which its way through the fleet is found.
    var logMetadata: Logger.Metadata {
        [
            "from": "\(source)", "offset": "\(offset)",
            "traceparent": "\(header(Traceparent.header) ?? "none")",
        ]
    }
}

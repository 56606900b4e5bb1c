import Kafka
import Logging
import Messages
import Servers
import Testing
import WorkerRuntime

/// A handler whose inputs say what happens to them: "ok", "poison", "broken", "away" or "fatal".
private struct ScriptedHandler: Handler {
    struct Failure: Error, CustomStringConvertible { let description: String }

    /// The batches that were handled, in order.
    let batches = Locked<[[String]]>([])
    /// How often "away" fails before it succeeds.
    let outages = Locked(0)

    func decode(_ message: KafkaMessage) throws(ContractError) -> String {
        let text = String(decoding: message.value ?? [], as: UTF8.self)
        if text == "undecodable" { throw ContractError("cannot be decoded") }
        return text
    }

    func handle(_ batch: [String]) async throws -> [Outcome] {
        batches.withLock { $0.append(batch) }
        if batch.contains("throws poison") { throw Failure(description: "poison") }
        if batch.contains("throws fatal") { throw Failure(description: "fatal") }
        return batch.map(outcome)
    }

    private func outcome(of text: String) -> Outcome {
        switch text {
        case "poison", "broken", "fatal": return .failed(Failure(description: text))
        case "away":
            let isAway = outages.withLock { remaining in
                remaining -= 1
                return remaining >= 0
            }
            return isAway ? .failed(Failure(description: "away")) : .done([output(text)])
        default: return .done([output(text)])
        }
    }

    private func output(_ text: String) -> DatasetRequest {
        var request = DatasetRequest()
        request.requestID = text
        return request
    }

    func classify(_ error: any Error) -> ErrorClass {
        switch (error as? Failure)?.description {
        case "broken": .contract
        case "away": .transient
        case "fatal": .fatal
        default: .standard(error)
        }
    }
}

/// Stands for the consumer: records what the processor asks of it.
private final class RecordingHost: BatchHost {
    private let revoked: Locked<Set<TopicPartition>>
    private let waits = Locked<[Duration]>([])
    private let revokedAfterWait: TopicPartition?

    init(revoked: Set<TopicPartition> = [], revokedAfterWait: TopicPartition? = nil) {
        self.revoked = Locked(revoked)
        self.revokedAfterWait = revokedAfterWait
    }

    var waitCount: Int { waits.withLock { $0.count } }

    func isRevoked(_ message: KafkaMessage) -> Bool { revoked.withLock { $0.contains(message.source) } }

    func keepAlive<R: Sendable>(during work: @escaping @Sendable () async throws -> R) async throws -> R {
        try await work()
    }

    func backOff(for duration: Duration) async throws {
        waits.withLock { $0.append(duration) }
        if let revokedAfterWait { revoked.withLock { _ = $0.insert(revokedAfterWait) } }
    }
}

@Suite struct BatchProcessorTests {
    private let handler = ScriptedHandler()

    private func processor(defersRetries: Bool = false) -> BatchProcessor<ScriptedHandler> {
        BatchProcessor(
            handler: handler,
            worker: "test",
            attempts: 3,
            defersRetries: defersRetries,
            metrics: Metrics(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    /// One message for each text, the first in partition 0, the second in partition 1, and so on.
    private func messages(_ texts: String...) -> [KafkaMessage] {
        texts.enumerated().map { index, text in
            KafkaMessage(
                source: TopicPartition("topic", Int32(index)),
                offset: Int64(index),
                key: nil,
                value: Array(text.utf8)
            )
        }
    }

    private func outputs(_ batch: ProcessedBatch) -> [String] {
        batch.outputs.compactMap { ($0 as? DatasetRequest)?.requestID }
    }

    private func reasons(_ batch: ProcessedBatch) -> [String] {
        batch.deadLetters.map { "\($0.errorClass.rawValue): \($0.reason), attempt \($0.attempt)" }
    }

    @Test func `handles a good batch at once and keeps its order`() async throws {
        let batch = try await processor().process(messages("a", "b", "c"), on: RecordingHost())
        #expect(outputs(batch) == ["a", "b", "c"])
        #expect(batch.deadLetters.isEmpty)
        #expect(handler.batches.withLock { $0 } == [["a", "b", "c"]])
    }

    @Test func `dead-letters what cannot be decoded and handles the rest`() async throws {
        let batch = try await processor().process(messages("a", "undecodable", "b"), on: RecordingHost())
        #expect(outputs(batch) == ["a", "b"])
        #expect(reasons(batch) == ["contract: cannot be decoded, attempt 1"])
        #expect(batch.deadLetters.first?.message.offset == 1)
    }

    @Test func `does not call the handler if nothing can be decoded`() async throws {
        let batch = try await processor().process(messages("undecodable"), on: RecordingHost())
        #expect(batch.outputs.isEmpty && batch.deadLetters.count == 1)
        #expect(handler.batches.withLock { $0.isEmpty })
    }

    @Test func `dead-letters a message that breaks its contract without a retry`() async throws {
        let host = RecordingHost()
        let batch = try await processor().process(messages("a", "broken"), on: host)
        #expect(outputs(batch) == ["a"])
        #expect(reasons(batch) == ["contract: broken, attempt 1"])
        #expect(host.waitCount == 0)
    }

    @Test func `retries an unknown failure three times, then dead-letters it`() async throws {
        let host = RecordingHost()
        let batch = try await processor().process(messages("a", "b", "poison"), on: host)
        #expect(outputs(batch) == ["a", "b"])
        #expect(reasons(batch) == ["unknown: poison, attempt 3"])
        #expect(host.waitCount == 2)
        #expect(handler.batches.withLock { $0 } == [["a", "b", "poison"], ["poison"], ["poison"]])
    }

    @Test func `handles each message alone after the whole batch failed`() async throws {
        let batch = try await processor().process(messages("a", "throws poison", "b"), on: RecordingHost())
        #expect(outputs(batch) == ["a", "b"])
        #expect(reasons(batch) == ["unknown: poison, attempt 3"])
        let batches = handler.batches.withLock { $0 }
        #expect(batches.prefix(4) == [["a", "throws poison", "b"], ["a"], ["throws poison"], ["b"]])
    }

    @Test func `retries a transient failure until it succeeds`() async throws {
        handler.outages.withLock { $0 = 5 }
        let host = RecordingHost()
        let batch = try await processor().process(messages("a", "away"), on: host)
        #expect(outputs(batch) == ["a", "away"])
        #expect(batch.deadLetters.isEmpty)
        #expect(host.waitCount == 5)
    }

    @Test func `defers a batch with a transient failure if the lane defers retries`() async throws {
        handler.outages.withLock { $0 = 1 }
        let host = RecordingHost()
        await #expect(throws: BatchDeferred.self) {
            try await processor(defersRetries: true).process(messages("a", "away"), on: host)
        }
        #expect(host.waitCount == 0)
    }

    @Test func `stops on a fatal failure of a message or of the batch`() async throws {
        for text in ["fatal", "throws fatal"] {
            await #expect(throws: ScriptedHandler.Failure.self) {
                try await processor().process(messages("a", text), on: RecordingHost())
            }
        }
    }

    @Test func `stops if most of a batch fails for an unknown reason`() async throws {
        let error = await #expect(throws: FatalError.self) {
            try await processor().process(messages("poison", "a", "poison"), on: RecordingHost())
        }
        #expect(error?.message.contains("2 of 3 messages of topic failed") == true)
    }

    @Test func `dead-letters a single poison message that arrives alone`() async throws {
        let batch = try await processor().process(messages("poison"), on: RecordingHost())
        #expect(reasons(batch) == ["unknown: poison, attempt 3"])
    }

    @Test func `skips messages whose partition was revoked`() async throws {
        let host = RecordingHost(revoked: [TopicPartition("topic", 1)])
        let batch = try await processor().process(messages("a", "b", "c"), on: host)
        #expect(outputs(batch) == ["a", "c"])
    }

    @Test func `gives up a retry when its partition is revoked`() async throws {
        handler.outages.withLock { $0 = .max }
        let host = RecordingHost(revokedAfterWait: TopicPartition("topic", 1))
        let batch = try await processor().process(messages("a", "away"), on: host)
        #expect(outputs(batch) == ["a"])
        #expect(batch.deadLetters.isEmpty)
        #expect(host.waitCount == 1)
    }
}

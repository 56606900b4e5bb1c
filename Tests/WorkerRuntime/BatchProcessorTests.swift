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
    /// The error of the writes that the handler leaves; `nil` if it leaves none.
    let writeError = Locked<String?>(nil)

    func decode(_ message: KafkaMessage) throws(ContractError) -> String {
        let text = String(decoding: message.value ?? [], as: UTF8.self)
        if text == "undecodable" { throw ContractError("cannot be decoded", isUndecodable: true) }
        return text
    }

    func handle(_ batch: [String]) async throws -> [Outcome] {
        batches.withLock { $0.append(batch) }
        if batch.contains("throws poison") { throw Failure(description: "poison") }
        if batch.contains("throws fatal") { throw Failure(description: "fatal") }
        return batch.map(outcome)
    }

    func handleLeavingWrites(_ batch: [String]) async throws -> (outcomes: [Outcome], writes: Writes?) {
        guard let error = writeError.withLock(\.self) else { return (try await handle(batch), nil) }
        batches.withLock { $0.append(batch) }
        return (batch.map(outcome), { if !error.isEmpty { throw Failure(description: error) } })
    }

    private func outcome(of text: String) -> Outcome {
        switch text {
        case "poison", "broken", "fatal": return .failed(Failure(description: text))
        case "invalid": return .failed(ContractError("invalid"))
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

/// Stands for the consumer, says which partitions were revoked, and for the producer, whose outputs it keeps.
private struct StubHost: BatchHost {
    var revoked: Set<TopicPartition> = []
    let produced = Locked<[Output]>([])

    func isRevoked(_ message: KafkaMessage) -> Bool { revoked.contains(message.source) }

    func keepAlive<R: Sendable>(during work: @escaping @Sendable () async throws -> R) async throws -> R {
        try await work()
    }

    func produce(_ outputs: [Output], beside writes: @escaping Writes) async throws -> (any Error)? {
        produced.withLock { $0 += outputs }
        do { try await writes() } catch { return error }
        return nil
    }
}

@Suite(.timeLimit(.minutes(20))) struct BatchProcessorTests {
    private let handler = ScriptedHandler()
    private let ledger = AttemptLedger()
    private let window = FailureWindow()

    private func process(_ messages: [KafkaMessage], on host: StubHost = StubHost()) async throws -> ProcessedBatch {
        try await BatchProcessor(
            handler: handler,
            worker: "test",
            attempts: 3,
            ledger: ledger,
            window: window,
            metrics: Metrics(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        ).process(messages, on: host)
    }

    /// One message for each text, the first in partition 0, the second in partition 1, and so on.
    private func messages(_ texts: String...) -> [KafkaMessage] {
        texts.enumerated().map { message($1, partition: Int32($0), offset: 7) }
    }

    private func message(_ text: String, partition: Int32 = 0, offset: Int64) -> KafkaMessage {
        KafkaMessage(
            source: TopicPartition("topic", partition),
            offset: offset,
            key: nil,
            value: Array(text.utf8)
        )
    }

    private func outputs(_ batch: ProcessedBatch) -> [String] {
        batch.outputs.compactMap { ($0.message as? DatasetRequest)?.requestID }
    }

    private func reasons(_ batch: ProcessedBatch) -> [String] {
        batch.deadLetters.map { "\($0.errorClass.rawValue): \($0.reason), attempt \($0.attempt)" }
    }

    @Test func `handles a good batch at once and commits after it`() async throws {
        let batch = try await process(messages("a", "b"))
        #expect(outputs(batch) == ["a", "b"])
        #expect(batch.deadLetters.isEmpty && batch.deferred.isEmpty && batch.finished == 2)
        #expect(batch.offsets == [TopicPartition("topic", 0): 8, TopicPartition("topic", 1): 8])
        #expect(handler.batches.withLock { $0 } == [["a", "b"]])
    }

    @Test func `produces beside the writes that a handler leaves`() async throws {
        handler.writeError.withLock { $0 = "" }
        let host = StubHost()
        let batch = try await process(messages("a", "b"), on: host)
        #expect(host.produced.withLock(\.count) == 2 && batch.outputs.isEmpty && batch.areOutputsProduced)
        #expect(batch.finished == 2 && batch.offsets.count == 2)
    }

    @Test func `a failed message has the writes made before anything is produced`() async throws {
        handler.writeError.withLock { $0 = "" }
        let host = StubHost()
        let batch = try await process(messages("a", "broken"), on: host)
        #expect(host.produced.withLock(\.isEmpty) && outputs(batch) == ["a"] && !batch.areOutputsProduced)
        #expect(reasons(batch) == ["contract: broken, attempt 1"])
        // Their failure is that of the batch: nothing is dead-lettered.
        handler.writeError.withLock { $0 = "away" }
        let away = try await process(messages("a", "broken"), on: host)
        #expect(away.deadLetters.isEmpty && away.deferred.count == 2 && away.finished == 0)
    }

    @Test func `transient failures of the writes defer the batch without end`() async throws {
        handler.writeError.withLock { $0 = "away" }
        for _ in 0..<20 {
            let batch = try await process(messages("a", "b"))
            #expect(batch.deadLetters.isEmpty && batch.outputs.isEmpty && batch.offsets.isEmpty)
            #expect(batch.deferred == [TopicPartition("topic", 0): 7, TopicPartition("topic", 1): 7])
        }
    }

    @Test func `a message whose writes always fail is dead-lettered at its third attempt`() async throws {
        handler.writeError.withLock { $0 = "poison" }
        for attempt in 1...2 {
            let batch = try await process(messages("a"))
            #expect(batch.deadLetters.isEmpty && batch.deferred.count == 1, "attempt \(attempt)")
        }
        #expect(reasons(try await process(messages("a"))) == ["unknown: poison, attempt 3"])
    }

    @Test func `handles each message alone if the writes of several fail`() async throws {
        handler.writeError.withLock { $0 = "poison" }
        let batch = try await process(messages("a", "b"))
        #expect(outputs(batch) == ["a", "b"] && batch.finished == 2)
        #expect(handler.batches.withLock(\.self) == [["a", "b"], ["a"], ["b"]])
    }

    @Test func `dead-letters what cannot be decoded and handles the rest`() async throws {
        let batch = try await process(messages("a", "undecodable", "b"))
        #expect(outputs(batch) == ["a", "b"])
        #expect(reasons(batch) == ["contract: cannot be decoded, attempt 1"])
        #expect(batch.offsets.count == 3)
    }

    @Test func `does not call the handler if nothing can be decoded`() async throws {
        let batch = try await process(messages("undecodable"))
        #expect(batch.outputs.isEmpty && batch.deadLetters.count == 1)
        #expect(handler.batches.withLock { $0.isEmpty })
    }

    @Test func `dead-letters a message that breaks its contract without a retry`() async throws {
        let batch = try await process(messages("a", "broken"))
        #expect(outputs(batch) == ["a"])
        #expect(reasons(batch) == ["contract: broken, attempt 1"])
        #expect(batch.deferred.isEmpty)
    }

    @Test func `defers an unknown failure twice, then dead-letters it`() async throws {
        for _ in 1...2 {
            let batch = try await process(messages("a", "poison"))
            #expect(outputs(batch) == ["a"] && batch.deadLetters.isEmpty)
            #expect(batch.deferred == [TopicPartition("topic", 1): 7])
            #expect(batch.offsets == [TopicPartition("topic", 0): 8])
        }
        let batch = try await process(messages("a", "poison"))
        #expect(reasons(batch) == ["unknown: poison, attempt 3"])
        #expect(batch.deferred.isEmpty && batch.offsets.count == 2)
    }

    @Test func `counts attempts by offset, whatever batch they are in`() async throws {
        _ = try await process([message("poison", offset: 7)])
        _ = try await process([message("poison", offset: 7), message("a", partition: 1, offset: 0)])
        let batch = try await process([message("poison", offset: 7)])
        #expect(reasons(batch) == ["unknown: poison, attempt 3"])
        let next = try await process([message("poison", offset: 8)])
        #expect(next.deadLetters.isEmpty, "another offset starts at its first attempt")
    }

    @Test func `defers the rest of a partition with its blocked message`() async throws {
        handler.outages.withLock { $0 = 1 }
        let batch = try await process([
            message("a", offset: 1), message("away", offset: 2), message("b", offset: 3),
            message("undecodable", offset: 4), message("c", partition: 1, offset: 1),
        ])
        #expect(outputs(batch) == ["a", "c"])
        #expect(batch.deadLetters.isEmpty, "a message after the blocked one comes again")
        #expect(batch.deferred == [TopicPartition("topic", 0): 2])
        #expect(batch.offsets == [TopicPartition("topic", 0): 2, TopicPartition("topic", 1): 2])
    }

    @Test func `handles each message alone after the whole batch failed`() async throws {
        let batch = try await process(messages("a", "throws poison", "b"))
        #expect(outputs(batch) == ["a", "b"])
        #expect(batch.deferred == [TopicPartition("topic", 1): 7])
        #expect(handler.batches.withLock { $0 } == [["a", "throws poison", "b"], ["a"], ["throws poison"], ["b"]])
    }

    @Test func `retries a transient failure without end`() async throws {
        handler.outages.withLock { $0 = 5 }
        for _ in 1...5 { #expect(try await process(messages("away")).deferred.count == 1) }
        #expect(outputs(try await process(messages("away"))) == ["away"])
    }

    @Test func `stops on a fatal failure of a message or of the batch`() async throws {
        for text in ["fatal", "throws fatal"] {
            await #expect(throws: ScriptedHandler.Failure.self) { try await process(messages("a", text)) }
        }
    }

    @Test func `stops before it dead-letters a batch of which most messages break the contract`() async throws {
        let error = await #expect(throws: MostMessagesFailed.self) {
            try await process((0..<12).map { message($0 == 1 ? "a" : "invalid", offset: Int64($0)) })
        }
        #expect(error?.description.contains("invalid") == true)
    }

    @Test func `stops after ten failures that arrive one at a time`() async throws {
        for offset in 0..<9 { _ = try await process([message("invalid", offset: Int64(offset))]) }
        await #expect(throws: MostMessagesFailed.self) { try await process([message("invalid", offset: 9)]) }
    }

    @Test func `accepts any number of undecodable messages`() async throws {
        for offset in 0..<100 { _ = try await process([message("undecodable", offset: Int64(offset))]) }
    }

    @Test func `tolerates poison among good messages`() async throws {
        for offset in 0..<100 {
            let text = offset % 2 == 0 ? "invalid" : "a"
            _ = try await process([message(text, offset: Int64(offset))])
        }
    }

    @Test func `skips messages whose partition was revoked`() async throws {
        let batch = try await process(
            messages("a", "b", "c"),
            on: StubHost(revoked: [TopicPartition("topic", 1)])
        )
        #expect(outputs(batch) == ["a", "c"])
        #expect(batch.offsets[TopicPartition("topic", 1)] == nil)
    }
}

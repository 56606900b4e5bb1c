import Foundation
import Kafka
import Logging
import Messages
import Servers
import ServiceLifecycle
import Testing
import WorkerRuntime

/// A handler whose inputs say what happens to them.
private struct ScriptedHandler: Handler {
    struct Away: Error {}
    struct Poison: Error {}
    struct Broken: Error {}
    let handled = Locked<[String]>([])
    let started = Locked<[String]>([])
    let prefix = Locked("")
    let metrics = Metrics()
    let isAway = Locked(true)

    func decode(_ message: KafkaMessage) throws(ContractError) -> String {
        String(decoding: message.value ?? [], as: UTF8.self)
    }

    func handle(_ batch: [String]) async throws -> [Outcome] {
        for text in batch {
            if text.hasPrefix("away"), isAway.withLock(\.self) { throw Away() }
            if text.hasPrefix("poison") || text.hasPrefix("failing write") { throw Poison() }
            if text.hasPrefix("slow poison") {
                // Longer than the worker waits before it polls beside the work.
                try await Task.sleep(for: .seconds(6))
                throw Poison()
            }
            if text.hasPrefix("failing worker") { throw Broken() }
            if text.hasPrefix("endless") {
                started.withLock { $0.append(text) }
                try await Task.sleep(for: .seconds(600))
            }
        }
        handled.withLock { $0 += batch }
        return batch.map { text in .done(text.hasPrefix("large output") ? [Self.largeOutput] : []) }
    }

    func handleLeavingWrites(_ batch: [String]) async throws -> (outcomes: [Outcome], writes: Writes?) {
        guard batch.contains(where: { $0.contains("write") }) else { return (try await handle(batch), nil) }
        started.withLock { $0 += batch }
        let writes: Writes = { [handled] in
            if batch.contains("failing write") { throw Poison() }
            if batch.contains("endless write") { try await Task.sleep(for: .seconds(600)) }
            handled.withLock { $0 += batch.map { "\($0) left" } }
        }
        return (batch.map { _ in .done([]) }, writes)
    }

    /// Larger than any topic accepts.
    private static var largeOutput: DatasetRequest {
        var request = DatasetRequest()
        request.requestID = String(repeating: "x", count: 3_000_000)
        return request
    }

    func classify(_ error: any Error) -> ErrorClass {
        error is Broken ? .fatal : error is Away ? .transient : error is Poison ? .contract : .standard(error)
    }
}

@Suite(.timeLimit(.minutes(20))) struct WorkerLoopTests {
    private func run(
        _ handler: ScriptedHandler,
        resuming prefix: String? = nil,
        _ body: (_ send: (Topic, String) async throws -> Void) async throws -> Void
    ) async throws {
        let stack = try await Servers.stack
        let isNew = prefix == nil
        let prefix = prefix ?? Servers.uniqueName("loop") + "."
        handler.prefix.withLock { $0 = prefix }
        if isNew {
            try await Servers.createTopics(
                [Topic.raceRequests, .raceRequestsBackfill, .deadLetters].map {
                    KafkaTopic(name: $0.name(prefix: prefix), partitions: 1)
                }
            )
        }
        var environment = stack.environment
        environment["TOPIC_PREFIX"] = prefix
        let configuration = try RuntimeConfiguration(environment: environment)
        let loop = try WorkerLoop(
            WorkerSettings("loop", live: .raceRequests, backfill: .raceRequestsBackfill, drainBudget: .zero),
            configuration,
            handler,
            metrics: handler.metrics,
            readiness: Readiness(),
            logger: Logger(label: "loop") { _ in SwiftLogNoOpLogHandler() }
        )
        let producer = try KafkaProducer(configuration.producerProperties())
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: loop)],
                logger: Logger(label: "g") { _ in SwiftLogNoOpLogHandler() }
            )
        )
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            try await body { topic, text in
                try await producer.send([
                    KafkaRecord(topic: topic.name(prefix: prefix), key: nil, value: Array(text.utf8))
                ])
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    private func wait(_ handler: ScriptedHandler, for text: String, seconds: Double = 40) async throws {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while !handler.handled.withLock({ $0.contains(text) }) {
            try #require(
                ContinuousClock.now < deadline,
                "\(text) was not handled; handled: \(handler.handled.withLock(\.self))"
            )
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    @Test func `handles the live lane while the backfill lane is blocked`() async throws {
        let handler = ScriptedHandler()
        try await run(handler) { send async throws in
            try await send(.raceRequestsBackfill, "away 1")
            try await send(.raceRequestsBackfill, "after it")
            try await send(.raceRequests, "live 1")
            try await wait(handler, for: "live 1")
            try await send(.raceRequests, "live 2")
            try await wait(handler, for: "live 2")
            #expect(
                handler.handled.withLock { $0.filter { $0.hasPrefix("away") || $0 == "after it" } } == [],
                "the backfill lane keeps its order"
            )
            handler.isAway.withLock { $0 = false }
            try await wait(handler, for: "after it")
        }
        #expect(
            handler.handled.withLock { $0.filter { $0 == "away 1" || $0 == "after it" } } == ["away 1", "after it"]
        )
    }

    /// Live messages that arrive more often than the loop waits for one must not starve the backfill lane.
    @Test(.timeLimit(.minutes(10))) func `handles the backfill lane beside a trickle of live messages`() async throws {
        let handler = ScriptedHandler()
        try await run(handler) { send async throws in
            try await send(.raceRequests, "first")
            try await wait(handler, for: "first")
            try await send(.raceRequestsBackfill, "slow lane")
            var number = 0
            while !handler.handled.withLock({ $0.contains("slow lane") }) {
                number += 1
                try await send(.raceRequests, "live \(number)")
                try await Task.sleep(for: .milliseconds(20))
            }
        }
    }

    /// A dead letter is larger than its original. If it cannot be produced, the worker fails at each restart.
    @Test func `a message of the largest size becomes a dead letter`() async throws {
        let handler = ScriptedHandler()
        try await run(handler) { send async throws in
            try await send(.raceRequests, "poison" + String(repeating: ".", count: 1_048_000))
            try await send(.raceRequests, "next")
            try await wait(handler, for: "next")
        }
    }

    @Test func `a message whose output is too large becomes a dead letter`() async throws {
        let handler = ScriptedHandler()
        try await run(handler) { send async throws in
            try await send(.raceRequests, "large output")
            try await send(.raceRequests, "next")
            try await wait(handler, for: "next")
            let letters = try await deadLetters(1, handler)
            #expect(letters.map(\.position.offset) == [0] && letters[0].errorClass == "contract")
            #expect(letters[0].reason.contains("its output cannot be produced"))
            #expect(letters[0].message.value == Array("large output".utf8))
        }
    }

    /// A bad rollout must not empty the topic into dead.letters.
    @Test func `stops taking messages if nearly all outputs are too large`() async throws {
        let handler = ScriptedHandler()
        try await run(handler) { send async throws in
            for _ in 0..<12 { try await send(.raceRequests, "large output") }
            let deadline = ContinuousClock.now + .seconds(180)
            while handler.metrics.value("giddyup_worker_halted", ["worker": "loop"]) != 1 {
                try #require(ContinuousClock.now < deadline, "the worker goes on")
                try await Task.sleep(for: .milliseconds(20))
            }
            #expect(try await deadLetters(0, handler).count < 10)
        }
    }

    /// Reads dead.letters until it holds `count` letters.
    private func deadLetters(_ count: Int, _ handler: ScriptedHandler) async throws -> [RecordedDeadLetter] {
        let topic = Topic.deadLetters.name(prefix: handler.prefix.withLock(\.self))
        let consumer = try KafkaConsumer(
            await Servers.stack.kafkaProperties.merging(["group.id": Servers.uniqueName("reader")]) { $1 }
        )
        try await consumer.assign([TopicPartition(topic, 0): nil])
        var letters: [RecordedDeadLetter] = []
        let deadline = ContinuousClock.now + .seconds(180)
        repeat {
            letters += try await consumer.poll(limit: 100, timeout: .seconds(1)).compactMap(RecordedDeadLetter.init)
        } while letters.count < count && ContinuousClock.now < deadline
        return letters
    }

    /// It has fetched nothing yet, but its group has: it is neither behind nor stalled.
    @Test func `a restarted worker that has handled everything has no lag`() async throws {
        let first = ScriptedHandler()
        try await run(first) { send async throws in
            try await send(.raceRequests, "one")
            try await wait(first, for: "one")
        }
        let second = ScriptedHandler()
        try await run(second, resuming: first.prefix.withLock(\.self)) { _ in
            func lag(_ name: String) -> Substring? {
                second.metrics.text().split(separator: "\n").first {
                    $0.hasPrefix("\(name){") && $0.contains("lane=\"live\"")
                }
            }
            let deadline = ContinuousClock.now + .seconds(180)
            while lag("giddyup_consumer_lag") == nil, ContinuousClock.now < deadline {
                try await Task.sleep(for: .milliseconds(20))
            }
            #expect(lag("giddyup_consumer_lag")?.hasSuffix(" 0.0") == true)
            #expect(lag("giddyup_consumer_lag_seconds")?.hasSuffix(" 0.0") == true)
        }
        #expect(second.handled.withLock(\.self) == [])
    }

    @Test func `makes the writes that a handler left, and goes on after some that fail`() async throws {
        let handler = ScriptedHandler()
        try await run(handler) { send async throws in
            try await send(.raceRequests, "write")
            try await wait(handler, for: "write left")
            try await send(.raceRequests, "failing write")
            try await send(.raceRequests, "next")
            try await wait(handler, for: "next")
        }
        #expect(handler.handled.withLock(\.self) == ["write left", "next"])
    }

    /// Waits until the group has committed the messages of the live lane before this offset.
    private func waitForCommit(_ offset: Int64, _ handler: ScriptedHandler) async throws {
        let stack = try await Servers.stack
        let prefix = handler.prefix.withLock(\.self)
        let observer = try KafkaConsumer(stack.kafkaProperties.merging(["group.id": "\(prefix)loop"]) { $1 })
        let partition = TopicPartition(Topic.raceRequests.name(prefix: prefix), 0)
        let deadline = ContinuousClock.now + .seconds(60)
        while try await observer.committed([partition])[partition] != .some(.some(offset)) {
            try #require(ContinuousClock.now < deadline, "the offset \(offset) was not committed")
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    @Test func `commits while it is idle`() async throws {
        let handler = ScriptedHandler()
        try await run(handler) { send async throws in
            try await send(.raceRequests, "one")
            try await wait(handler, for: "one")
            try await waitForCommit(1, handler)
        }
    }

    /// A crash in the long batch must not repeat the one before.
    @Test(.timeLimit(.minutes(5))) func `commits the batch before a long one`() async throws {
        let handler = ScriptedHandler()
        try await run(handler) { send async throws in
            try await send(.raceRequests, "one")
            try await wait(handler, for: "one")
            try await send(.raceRequests, "endless")
            while handler.started.withLock(\.isEmpty) { try await Task.sleep(for: .milliseconds(20)) }
            try await waitForCommit(1, handler)
        }
    }

    /// It would otherwise repeat the same batches after each restart.
    @Test(.timeLimit(.minutes(5))) func `a worker that fails commits what it has finished`() async throws {
        let handler = ScriptedHandler()
        await #expect(throws: ScriptedHandler.Broken.self) {
            try await run(handler) { send async throws in
                try await send(.raceRequests, "one")
                try await wait(handler, for: "one")
                try await send(.raceRequests, "failing worker")
                try await waitForCommit(1, handler)
            }
        }
    }

    @Test(.timeLimit(.minutes(5))) func `commits no message whose writes are not made`() async throws {
        let first = ScriptedHandler()
        try await run(first) { send async throws in
            try await send(.raceRequests, "endless write")
            while first.started.withLock(\.isEmpty) { try await Task.sleep(for: .milliseconds(20)) }
        }
        #expect(first.handled.withLock(\.self) == [])
        let second = ScriptedHandler()
        try await run(second, resuming: first.prefix.withLock(\.self)) { _ async throws in
            while second.started.withLock(\.isEmpty) { try await Task.sleep(for: .milliseconds(20)) }
        }
        #expect(second.started.withLock { $0.first } == "endless write")
    }

    /// Without a limit, a training of hours would be killed in the middle. The work lasts ten minutes.
    @Test(.timeLimit(.minutes(5))) func `abandons long work when the worker is stopped`() async throws {
        let handler = ScriptedHandler()
        try await run(handler) { send async throws in
            try await send(.raceRequests, "endless")
            while handler.started.withLock(\.isEmpty) { try await Task.sleep(for: .milliseconds(20)) }
        }
        #expect(handler.handled.withLock(\.self) == [])
    }

    /// The partitions are paused while the long failure lasts, and must be resumed after it.
    @Test func `resumes the lane after a long failure`() async throws {
        let handler = ScriptedHandler()
        try await run(handler) { send async throws in
            try await send(.raceRequests, "first")
            try await wait(handler, for: "first")
            try await send(.raceRequests, "slow poison")
            try await Task.sleep(for: .seconds(1))
            try await send(.raceRequests, "next")
            try await wait(handler, for: "next")
        }
    }
}

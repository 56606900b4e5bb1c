import Foundation
import Kafka
import Servers
import Testing

@Suite(.timeLimit(.minutes(20))) struct KafkaRoundTripTests {
    static var hasRealBroker: Bool { !(ProcessInfo.processInfo.environment["KAFKA_BOOTSTRAP_SERVERS"] ?? "").isEmpty }

    @Test(.enabled(if: hasRealBroker, "the mock broker does not report topic settings; set KAFKA_BOOTSTRAP_SERVERS"))
    func `reports topic settings`() async throws {
        let name = Servers.uniqueName("settings")
        try await Servers.createTopics([
            KafkaTopic(name: name, partitions: 1, settings: ["retention.ms": "3600000", "cleanup.policy": "compact"])
        ])
        let admin = try KafkaAdmin(["bootstrap.servers": try await Servers.stack.bootstrapServers])
        let settings = try await admin.settings(of: [name])[name]
        #expect(settings?["retention.ms"] == "3600000" && settings?["cleanup.policy"] == "compact")
        await #expect(throws: KafkaError.self) { try await admin.settings(of: [Servers.uniqueName("absent")]) }
    }

    /// Polls until `count` messages have arrived or 30 seconds have passed.
    private func poll(_ count: Int, from consumer: KafkaConsumer) async throws -> [KafkaMessage] {
        var messages: [KafkaMessage] = []
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(120)
        while messages.count < count, clock.now < deadline {
            messages += try await consumer.poll(limit: 500, timeout: .milliseconds(200))
        }
        return messages
    }

    private func properties(_ group: String? = nil) async throws -> [String: String] {
        var properties = try await Servers.stack.kafkaProperties
        properties["group.id"] = group
        return properties
    }

    private func createTopic(partitions: Int32) async throws -> String {
        let name = Servers.uniqueName("roundtrip")
        try await Servers.createTopics([KafkaTopic(name: name, partitions: partitions)])
        return name
    }

    @Test func `records round-trip in order within each key`() async throws {
        let topic = try await createTopic(partitions: 6)
        let producer = try KafkaProducer(await properties())
        let records = (0..<600).map { i in
            KafkaRecord(
                topic: topic,
                key: Array("key\(i % 10)".utf8),
                value: i == 7 ? nil : Array("value \(i)".utf8),
                headers: [KafkaHeader("ce_id", "\(i)"), KafkaHeader("empty", []), KafkaHeader("null", nil)]
            )
        }
        let deliveries = try await producer.send(records)
        #expect(deliveries.allSatisfy { $0.offset >= 0 })
        let consumer = try KafkaConsumer(await properties(topic))
        try await consumer.subscribe([topic])
        let messages = try await poll(600, from: consumer)
        #expect(messages.count == 600)
        for key in 0..<10 {
            let ids = messages.filter { $0.key == Array("key\(key)".utf8) }.compactMap { $0.header("ce_id") }
                .compactMap(Int.init)
            #expect(ids == Array(stride(from: key, to: 600, by: 10)))
        }
        let seventh = try #require(messages.first { $0.header("ce_id") == "7" })
        #expect(seventh.value == nil)
        #expect(seventh.headers.map(\.value) == [Array("7".utf8), [], nil])
        #expect(seventh.timestamp != nil)
        try await consumer.close()
    }

    /// The calling thread queues what fits; the rest waits for room on the client's own queue.
    @Test func `records that do not fit into the client's queue wait in order`() async throws {
        let topic = try await createTopic(partitions: 1)
        let producer = try KafkaProducer(await properties().merging(["queue.buffering.max.messages": "3"]) { $1 })
        for round in 0..<20 {
            let records = (0..<12).map { KafkaRecord(topic: topic, key: nil, value: Array("\(round) \($0)".utf8)) }
            let offsets = try await producer.send(records).map(\.offset)
            #expect(offsets == (0..<12).map { Int64(round * 12 + $0) })
        }
    }

    @Test func `a new consumer starts at the committed offset`() async throws {
        let topic = try await createTopic(partitions: 1)
        let producer = try KafkaProducer(await properties())
        try await producer.send((0..<10).map { KafkaRecord(topic: topic, key: nil, value: [UInt8($0)]) })
        let partition = TopicPartition(topic, 0)
        let first = try KafkaConsumer(await properties(topic))
        try await first.subscribe([topic])
        _ = try await poll(10, from: first)
        try await first.commit([partition: 4])
        #expect(try await first.committed([partition]) == [partition: 4])
        #expect(try await first.watermarks(partition) == (0, 10))
        try await first.close()
        let second = try KafkaConsumer(await properties(topic))
        try await second.subscribe([topic])
        let rest = try await poll(6, from: second)
        #expect(rest.map(\.offset) == Array(4..<10))
        try await second.close()
    }

    @Test func `pauses partitions and seeks back`() async throws {
        let topic = try await createTopic(partitions: 1)
        let partition = TopicPartition(topic, 0)
        let producer = try KafkaProducer(await properties())
        try await producer.send((0..<5).map { KafkaRecord(topic: topic, key: nil, value: [UInt8($0)]) })
        let consumer = try KafkaConsumer(await properties(topic))
        try await consumer.subscribe([topic])
        #expect(try await poll(5, from: consumer).count == 5)
        #expect(try await consumer.assignment() == [partition])
        try await consumer.pause([partition])
        try await consumer.seek([partition: 2])
        #expect(try await consumer.poll(limit: 10, timeout: .milliseconds(300)).isEmpty)
        try await consumer.resume([partition])
        #expect(try await poll(3, from: consumer).map(\.offset) == [2, 3, 4])
        try await consumer.close()
    }

    @Test func `the answer to a commit arrives in a later poll`() async throws {
        let topic = try await createTopic(partitions: 1)
        let partition = TopicPartition(topic, 0)
        let producer = try KafkaProducer(await properties())
        try await producer.send((0..<3).map { KafkaRecord(topic: topic, key: nil, value: [UInt8($0)]) })
        let answers = Locked<[[TopicPartition: Int64]]>([])
        let failures = Locked<[String]>([])
        let consumer = try KafkaConsumer(
            await properties(topic),
            onCommit: { answer in
                answers.withLock { $0.append(answer.committed) }
                if let error = answer.error { failures.withLock { $0.append("\(error)") } }
            }
        )
        try await consumer.subscribe([topic])
        _ = try await poll(3, from: consumer)
        try await consumer.beginCommit([partition: 2])
        let deadline = ContinuousClock.now + .seconds(30)
        while answers.withLock(\.isEmpty), ContinuousClock.now < deadline {
            #expect(try await consumer.poll(limit: 10, timeout: .milliseconds(50)).isEmpty)
        }
        #expect(answers.withLock { $0 } == [[partition: 2]])
        #expect(failures.withLock { $0 } == [])
        #expect(try await consumer.committed([partition]) == [partition: 2])
        try await consumer.commit([partition: 3])
        #expect(try await consumer.committed([partition]) == [partition: 3])
        try await consumer.close()
    }

    @Test func `commits inside a revoke`() async throws {
        let topic = try await createTopic(partitions: 2)
        let producer = try KafkaProducer(await properties())
        try await producer.send((0..<2).map { KafkaRecord(topic: topic, partition: $0, key: nil, value: [1]) })
        let failures = Locked<[String]>([])
        let revoked = Locked<Set<TopicPartition>>([])
        let handlers = KafkaRebalanceHandlers(onRevoke: { partitions, isLost, committer in
            revoked.withLock { $0.formUnion(partitions) }
            do { try committer.commit(Dictionary(uniqueKeysWithValues: partitions.map { ($0, 1) })) } catch {
                failures.withLock { $0.append("\(error)") }
            }
        })
        let consumer = try KafkaConsumer(await properties(topic), rebalance: handlers)
        try await consumer.subscribe([topic])
        #expect(try await poll(2, from: consumer).count == 2)
        try await consumer.close()
        #expect(revoked.withLock { $0.count } == 2)
        #expect(failures.withLock { $0 } == [])
        let next = try KafkaConsumer(await properties(topic))
        let partitions = [TopicPartition(topic, 0), TopicPartition(topic, 1)]
        #expect(try await next.committed(partitions) == [partitions[0]: 1, partitions[1]: 1])
    }

    @Test func `two group members split the partitions and lose no message`() async throws {
        let topic = try await createTopic(partitions: 4)
        let producer = try KafkaProducer(await properties())
        let first = try KafkaConsumer(await properties(topic))
        let second = try KafkaConsumer(await properties(topic))
        try await first.subscribe([topic])
        try await second.subscribe([topic])
        try await producer.send(
            (0..<400).map { KafkaRecord(topic: topic, key: Array("\($0)".utf8), value: Array("\($0)".utf8)) }
        )
        let received = Locked<Set<String>>([])
        let readers = Locked<Set<Int>>([])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (number, consumer) in [first, second].enumerated() {
                group.addTask {
                    let clock = ContinuousClock()
                    let deadline = clock.now + .seconds(180)
                    // Poll until both members have read messages, which requires a split assignment.
                    while received.withLock({ $0.count }) < 400 || readers.withLock({ $0.count }) < 2,
                        clock.now < deadline
                    {
                        for message in try await consumer.poll(limit: 50, timeout: .milliseconds(100)) {
                            readers.withLock { _ = $0.insert(number) }
                            received.withLock { _ = $0.insert(String(decoding: message.value ?? [], as: UTF8.self)) }
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(received.withLock { $0.count } == 400)
        // The group may be rebalancing again.
        try await pollUntil {
            let assignments = [try await first.assignment(), try await second.assignment()]
            return assignments.allSatisfy { !$0.isEmpty } && assignments[0].isDisjoint(with: assignments[1])
                && assignments[0].count + assignments[1].count == 4
        } on: {
            [first, second]
        }
        try await first.close()
        try await second.close()
    }

    /// librdkafka keeps an application's pause across a revoke and a later assignment of the same partition. A paused
    /// partition that came back would never be fetched again.
    @Test func `fetches from a partition that was paused, revoked and assigned again`() async throws {
        let topic = try await createTopic(partitions: 2)
        let partitions: Set = [TopicPartition(topic, 0), TopicPartition(topic, 1)]
        let first = try KafkaConsumer(await properties(topic))
        try await first.subscribe([topic])
        try await pollUntil {
            try await first.assignment() == partitions
        } on: {
            [first]
        }
        try await first.pause(Array(partitions))
        let second = try KafkaConsumer(await properties(topic))
        try await second.subscribe([topic])
        try await pollUntil {
            try await !second.assignment().isEmpty
        } on: {
            [first, second]
        }
        let moved = try await second.assignment()
        try await second.close()
        try await pollUntil {
            try await first.assignment() == partitions
        } on: {
            [first]
        }
        // Only the partitions that stayed are resumed here, as by a worker that no longer had the others.
        try await first.resume(Array(partitions.subtracting(moved)))
        let producer = try KafkaProducer(await properties())
        try await producer.send(
            partitions.map { KafkaRecord(topic: topic, partition: $0.partition, key: nil, value: [1]) }
        )
        #expect(Set(try await poll(2, from: first).map(\.source)) == partitions)
        try await first.close()
    }

    /// Polls the consumers until `condition` holds or three minutes have passed.
    private func pollUntil(
        _ condition: () async throws -> Bool,
        on consumers: () -> [KafkaConsumer]
    ) async throws {
        let deadline = ContinuousClock.now + .seconds(180)
        while try await !condition() {
            try #require(ContinuousClock.now < deadline, "the group did not reach the expected assignment")
            for consumer in consumers() { _ = try await consumer.poll(limit: 10, timeout: .milliseconds(100)) }
        }
    }
}

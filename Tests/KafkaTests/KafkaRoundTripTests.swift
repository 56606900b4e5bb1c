import Foundation
import Kafka
import Servers
import Testing

@Suite struct KafkaRoundTripTests {
    static var hasRealBroker: Bool { !(ProcessInfo.processInfo.environment["KAFKA_BOOTSTRAP_SERVERS"] ?? "").isEmpty }

    @Test(.enabled(if: hasRealBroker, "the mock broker cannot tell a topic's settings: set KAFKA_BOOTSTRAP_SERVERS"))
    func aTopicsSettingsAreTold() async throws {
        let name = Servers.uniqueName("settings")
        try await Servers.createTopics([KafkaTopic(name: name, partitions: 1, settings: ["retention.ms": "3600000", "cleanup.policy": "compact"])])
        let settings = try await KafkaAdmin(["bootstrap.servers": try await Servers.stack.bootstrapServers]).settings(of: [name])[name]
        #expect(settings?["retention.ms"] == "3600000" && settings?["cleanup.policy"] == "compact")
        await #expect(throws: KafkaError.self) {
            try await KafkaAdmin(["bootstrap.servers": try await Servers.stack.bootstrapServers]).settings(of: [Servers.uniqueName("absent")])
        }
    }

    /// Polls until `count` messages have come or half a minute has passed.
    private func take(_ count: Int, from consumer: KafkaConsumer) async throws -> [KafkaMessage] {
        var messages: [KafkaMessage] = []
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(30)
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

    private func topic(partitions: Int32) async throws -> String {
        let name = Servers.uniqueName("roundtrip")
        try await Servers.createTopics([KafkaTopic(name: name, partitions: partitions)])
        return name
    }

    @Test func recordsComeBackWholeAndInTheOrderOfTheirKey() async throws {
        let topic = try await topic(partitions: 6)
        let producer = try KafkaProducer(await properties())
        let records = (0..<600).map { i in
            KafkaRecord(
                topic: topic, key: Array("key\(i % 10)".utf8), value: i == 7 ? nil : Array("value \(i)".utf8),
                headers: [KafkaHeader("ce_id", "\(i)"), KafkaHeader("empty", []), KafkaHeader("null", nil)])
        }
        let places = try await producer.send(records)
        #expect(places.allSatisfy { $0.offset >= 0 })
        let consumer = try KafkaConsumer(await properties(topic))
        try await consumer.subscribe([topic])
        let messages = try await take(600, from: consumer)
        #expect(messages.count == 600)
        for key in 0..<10 {
            let ids = messages.filter { $0.key == Array("key\(key)".utf8) }.compactMap { $0.header("ce_id") }.compactMap(Int.init)
            #expect(ids == Array(stride(from: key, to: 600, by: 10)))
        }
        let seventh = try #require(messages.first { $0.header("ce_id") == "7" })
        #expect(seventh.value == nil)
        #expect(seventh.headers.map(\.value) == [Array("7".utf8), [], nil])
        #expect(seventh.timestamp != nil)
        try await consumer.close()
    }

    @Test func committedOffsetsAreWhereTheNextConsumerBegins() async throws {
        let topic = try await topic(partitions: 1)
        let producer = try KafkaProducer(await properties())
        try await producer.send((0..<10).map { KafkaRecord(topic: topic, key: nil, value: [UInt8($0)]) })
        let place = TopicPartition(topic, 0)
        let first = try KafkaConsumer(await properties(topic))
        try await first.subscribe([topic])
        _ = try await take(10, from: first)
        try await first.commit([place: 4])
        #expect(try await first.committed([place]) == [place: 4])
        #expect(try await first.watermarks(place) == (0, 10))
        try await first.close()
        let second = try KafkaConsumer(await properties(topic))
        try await second.subscribe([topic])
        let rest = try await take(6, from: second)
        #expect(rest.map(\.offset) == Array(4..<10))
        try await second.close()
    }

    @Test func pausedPartitionsAreSilentAndSeekGoesBack() async throws {
        let topic = try await topic(partitions: 1)
        let place = TopicPartition(topic, 0)
        let producer = try KafkaProducer(await properties())
        try await producer.send((0..<5).map { KafkaRecord(topic: topic, key: nil, value: [UInt8($0)]) })
        let consumer = try KafkaConsumer(await properties(topic))
        try await consumer.subscribe([topic])
        #expect(try await take(5, from: consumer).count == 5)
        #expect(try await consumer.assignment() == [place])
        try await consumer.pause([place])
        try await consumer.seek([place: 2])
        #expect(try await consumer.poll(limit: 10, timeout: .milliseconds(300)).isEmpty)
        try await consumer.resume([place])
        #expect(try await take(3, from: consumer).map(\.offset) == [2, 3, 4])
        try await consumer.close()
    }

    @Test func aRevokeIsSynchronousAndMayCommit() async throws {
        let topic = try await topic(partitions: 2)
        let producer = try KafkaProducer(await properties())
        try await producer.send((0..<2).map { KafkaRecord(topic: topic, partition: $0, key: nil, value: [1]) })
        let failures = Locked<[String]>([])
        let revoked = Locked<Set<TopicPartition>>([])
        let handlers = KafkaRebalanceHandlers(onRevoke: { places, isLost, committer in
            revoked.withLock { $0.formUnion(places) }
            do { try committer.commit(Dictionary(uniqueKeysWithValues: places.map { ($0, 1) })) } catch {
                failures.withLock { $0.append("\(error)") }
            }
        })
        let consumer = try KafkaConsumer(await properties(topic), rebalance: handlers)
        try await consumer.subscribe([topic])
        #expect(try await take(2, from: consumer).count == 2)
        try await consumer.close()
        #expect(revoked.withLock { $0.count } == 2)
        #expect(failures.withLock { $0 } == [])
        let next = try KafkaConsumer(await properties(topic))
        let places = [TopicPartition(topic, 0), TopicPartition(topic, 1)]
        #expect(try await next.committed(places) == [places[0]: 1, places[1]: 1])
    }

    @Test func twoMembersShareTheWorkAndNothingIsLost() async throws {
        let topic = try await topic(partitions: 4)
        let producer = try KafkaProducer(await properties())
        let first = try KafkaConsumer(await properties(topic))
        let second = try KafkaConsumer(await properties(topic))
        try await first.subscribe([topic])
        try await second.subscribe([topic])
        try await producer.send((0..<400).map { KafkaRecord(topic: topic, key: Array("\($0)".utf8), value: Array("\($0)".utf8)) })
        let seen = Locked<Set<String>>([])
        let readers = Locked<Set<Int>>([])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (number, consumer) in [first, second].enumerated() {
                group.addTask {
                    let clock = ContinuousClock()
                    let deadline = clock.now + .seconds(60)
                    // each goes on until both have read, so that the group must have split
                    while seen.withLock({ $0.count }) < 400 || readers.withLock({ $0.count }) < 2, clock.now < deadline {
                        for message in try await consumer.poll(limit: 50, timeout: .milliseconds(100)) {
                            readers.withLock { _ = $0.insert(number) }
                            seen.withLock { _ = $0.insert(String(decoding: message.value ?? [], as: UTF8.self)) }
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(seen.withLock { $0.count } == 400)
        let (mine, yours) = (try await first.assignment(), try await second.assignment())
        #expect(!mine.isEmpty && !yours.isEmpty && mine.isDisjoint(with: yours) && mine.count + yours.count == 4)
        try await first.close()
        try await second.close()
    }
}

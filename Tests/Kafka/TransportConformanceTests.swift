import Foundation
import Kafka
import Servers
import Testing

/// What the workers rely on in a broker, whichever it is. Runs on the development broker, and on the Kafka that
/// `KAFKA_BOOTSTRAP_SERVERS` names.
@Suite(.timeLimit(.minutes(20))) struct TransportConformanceTests {
    private func properties(_ group: String? = nil) async throws -> [String: String] {
        var properties = try await Servers.stack.kafkaProperties
        properties["group.id"] = group
        return properties
    }

    private func createTopic(partitions: Int32) async throws -> String {
        let name = Servers.uniqueName("conformance")
        try await Servers.createTopics([KafkaTopic(name: name, partitions: partitions)])
        return name
    }

    private func record(_ topic: String, _ number: Int, partition: Int32? = nil) -> KafkaRecord {
        KafkaRecord(topic: topic, partition: partition, key: Array("\(number)".utf8), value: Array("\(number)".utf8))
    }

    // MARK: Sizes

    /// Finds the largest message that is accepted; the one above must be refused as too large, and by nothing worse.
    @Test func `the largest message arrives whole, and the one above is refused`() async throws {
        let topic = try await createTopic(partitions: 1)
        let producer = try KafkaProducer(await properties().merging(["compression.type": "none"]) { $1 })
        func isAccepted(_ size: Int) async throws -> Bool {
            let value = [UInt8](repeating: 7, count: size)
            let result = await producer.deliver([KafkaRecord(topic: topic, key: nil, value: value)])[0]
            if case .failure(let error) = result {
                #expect(error.isTooLarge && !error.isRetriable && !error.isFatal, "\(size) bytes: \(error)")
                return false
            }
            return true
        }
        var accepted = 900_000
        var refused = 2_200_000
        #expect(try await isAccepted(accepted))
        #expect(try await !isAccepted(refused))
        while refused - accepted > 1 {
            let middle = (accepted + refused) / 2
            if try await isAccepted(middle) { accepted = middle } else { refused = middle }
        }
        let consumer = try KafkaConsumer(await properties(topic))
        try await consumer.assign([TopicPartition(topic, 0): nil])
        var sizes: [Int] = []
        let deadline = ContinuousClock.now + .seconds(180)
        while !sizes.contains(accepted), ContinuousClock.now < deadline {
            sizes += try await consumer.poll(limit: 10, timeout: .milliseconds(200)).map { $0.value?.count ?? 0 }
        }
        #expect(sizes.max() == accepted)
        // A refused message has not stopped the producer.
        try await producer.send([KafkaRecord(topic: topic, key: nil, value: [1])])
    }

    // MARK: Time

    /// A broker without time lookups answers "none" for time 0 as well, which is how to tell.
    @Test func `offsets are found by time, or never`() async throws {
        let topic = try await createTopic(partitions: 1)
        let partition = TopicPartition(topic, 0)
        let producer = try KafkaProducer(await properties())
        try await producer.send([record(topic, 0)])
        try await Task.sleep(for: .milliseconds(20))
        let between = Int64(Date().timeIntervalSince1970 * 1000)
        try await Task.sleep(for: .milliseconds(20))
        try await producer.send([record(topic, 1)])
        let consumer = try KafkaConsumer(await properties(topic))
        func offset(at milliseconds: Int64) async throws -> Int64? {
            try await consumer.offsets(at: milliseconds, [partition])[partition] ?? nil
        }
        let future = Int64(Date().timeIntervalSince1970 * 1000) + 60_000
        #expect(try await offset(at: future) == nil)
        let isSupported = try await offset(at: 0) != nil
        #expect(try await offset(at: between) == (isSupported ? 1 : nil))
        let isRealBroker = try await Servers.stack.control == nil
        #expect(isSupported == isRealBroker)
    }

    // MARK: Groups

    /// Members of one group that are polled side by side, and what they have received.
    private actor Group {
        private(set) var received: Set<String> = []
        private(set) var members: [KafkaConsumer] = []

        func add(_ consumer: KafkaConsumer) { members.append(consumer) }

        func removeLast() async throws { try await members.removeLast().close() }

        /// Polls every member, and commits what each has received.
        func poll() async throws {
            for member in members {
                let messages = try await member.poll(limit: 100, timeout: .milliseconds(20))
                received.formUnion(messages.map { String(decoding: $0.value ?? [], as: UTF8.self) })
                var offsets: [TopicPartition: Int64] = [:]
                for message in messages { offsets[message.source] = message.offset + 1 }
                // A partition that has moved on is the new owner's to commit.
                try? await member.commit(offsets)
            }
        }

        func sizes() async throws -> [Int] {
            var sizes: [Int] = []
            for member in members { sizes.append(try await member.assignment().count) }
            return sizes
        }

        func poll(until condition: ([Int], Int) -> Bool) async throws {
            let deadline = ContinuousClock.now + .seconds(180)
            while true {
                let sizes = try await sizes()
                if condition(sizes, received.count) { return }
                try #require(ContinuousClock.now < deadline, "assigned \(sizes), received \(received.count)")
                try await poll()
            }
        }
    }

    @Test func `a group that grows and shrinks loses no message`() async throws {
        let topic = try await createTopic(partitions: 6)
        let producer = try KafkaProducer(await properties())
        let group = Group()
        var sent = 0
        for count in [1, 2, 3, 2, 1] {
            while await group.members.count < count {
                let member = try KafkaConsumer(await properties(topic))
                try await member.subscribe([topic])
                await group.add(member)
            }
            while await group.members.count > count { try await group.removeLast() }
            try await producer.send((sent..<sent + 100).map { record(topic, $0) })
            sent += 100
            let expected = sent
            try await group.poll { sizes, received in
                sizes.reduce(0, +) == 6 && sizes.allSatisfy { $0 > 0 } && received == expected
            }
        }
        try await group.removeLast()
    }

    /// A member that is at work when its partitions are revoked commits nothing for them, so the new owner gets the
    /// messages again.
    @Test func `messages whose partition is revoked during work go to the new owner`() async throws {
        let topic = try await createTopic(partitions: 2)
        let producer = try KafkaProducer(await properties())
        try await producer.send((0..<20).map { record(topic, $0, partition: Int32($0 % 2)) })
        let first = try KafkaConsumer(await properties(topic))
        try await first.subscribe([topic])
        var working: [KafkaMessage] = []
        let deadline = ContinuousClock.now + .seconds(180)
        while working.count < 20, ContinuousClock.now < deadline {
            working += try await first.poll(limit: 50, timeout: .milliseconds(100))
        }
        #expect(working.count == 20)
        let second = try KafkaConsumer(await properties(topic))
        try await second.subscribe([topic])
        var again: [KafkaMessage] = []
        var moved: Set<TopicPartition> = []
        // On a busy machine the first member may miss its session timeout; then both partitions move.
        while moved.isEmpty || again.count < 10 * moved.count, ContinuousClock.now < deadline {
            _ = try await first.poll(limit: 50, timeout: .milliseconds(50))
            again += try await second.poll(limit: 50, timeout: .milliseconds(50))
            moved = Set(try await second.assignment())
        }
        #expect(!moved.isEmpty && again.allSatisfy { moved.contains($0.source) })
        let values = Set(again.compactMap(\.value))
        #expect(values == Set(working.filter { moved.contains($0.source) }.compactMap(\.value)))
        try await first.close()
        try await second.close()
    }

    /// A topic that was just created is not known to every broker and client yet.
    @Test func `a fresh topic can be produced to and read at once`() async throws {
        let producer = try KafkaProducer(await properties())
        let consumer = try KafkaConsumer(await properties("conformance.fresh"))
        for _ in 0..<3 {
            let topic = try await createTopic(partitions: 3)
            try await producer.send((0..<3).map { record(topic, $0, partition: Int32($0)) })
            for number in 0..<3 {
                #expect(try await consumer.watermarks(TopicPartition(topic, Int32(number))) == (0, 1))
            }
        }
    }
}

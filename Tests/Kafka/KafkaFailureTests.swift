import DevStack
import Kafka
import Servers
import Testing

@Suite(.timeLimit(.minutes(20))) struct KafkaFailureTests {
    @Test func `an unknown property is named in the error`() {
        let error = #expect(throws: KafkaError.self) { try KafkaProducer(["bootstrap.severs": "x"]) }
        #expect(error?.message.contains("bootstrap.severs") == true)
        #expect(error?.isRetriable == false)
    }

    @Test func `an unreachable broker is a retriable error`() async throws {
        let admin = try KafkaAdmin(["bootstrap.servers": "127.0.0.1:1"])
        let error = await #expect(throws: KafkaError.self) { try await admin.topics(timeout: .milliseconds(500)) }
        #expect(error?.isRetriable == true)
    }

    @Test func `throws if a record cannot be delivered`() async throws {
        let producer = try KafkaProducer(["bootstrap.servers": "127.0.0.1:1", "message.timeout.ms": "800"])
        let error = await #expect(throws: KafkaError.self) {
            try await producer.send([KafkaRecord(topic: "t", key: nil, value: [1])])
        }
        #expect(error?.isRetriable == true)
    }

    @Test func `delivers after a broker restart`() async throws {
        try await Servers.withBroker { broker in
            try await BrokerControl.request("create t 1", at: broker.control)
            let producer = try KafkaProducer(["bootstrap.servers": broker.bootstrapServers])
            try await producer.send([KafkaRecord(topic: "t", key: nil, value: [0])])
            try await BrokerControl.request("down", at: broker.control)
            let isFinished = Locked(false)
            let sending = Task {
                defer { isFinished.withLock { $0 = true } }
                return try await producer.send([KafkaRecord(topic: "t", key: nil, value: [1])])
            }
            try await Task.sleep(for: .milliseconds(500))
            #expect(!isFinished.withLock { $0 }, "nothing is delivered while the broker is down")
            try await BrokerControl.request("up", at: broker.control)
            #expect(try await sending.value.map(\.offset) == [1])
        }
    }

    @Test func `idempotence cannot be turned off`() async throws {
        let cluster = try KafkaMockCluster()
        try cluster.createTopic("t", partitions: 1)
        // With acks=0 the delivery report would carry no offset.
        let producer = try KafkaProducer([
            "bootstrap.servers": cluster.bootstrapServers, "acks": "0", "enable.idempotence": "false",
        ])
        #expect(try await producer.send([KafkaRecord(topic: "t", key: nil, value: [0])]).first?.offset == 0)
    }

    /// librdkafka #4312: a scorer aborted when it was stopped while joining its group.
    @Test func `old librdkafka versions do not destroy a member without an assignment`() {
        #expect(!RebalanceCallbacks.mayBeDestroyed(version: 0x0200_02ff, isMember: true, wasAssigned: false))
        #expect(RebalanceCallbacks.mayBeDestroyed(version: 0x0200_02ff, isMember: true, wasAssigned: true))
        #expect(RebalanceCallbacks.mayBeDestroyed(version: 0x0200_02ff, isMember: false, wasAssigned: false))
        #expect(RebalanceCallbacks.mayBeDestroyed(version: 0x0203_00ff, isMember: true, wasAssigned: false))
    }

    @Test func `reports the partition count of a created topic`() async throws {
        let name = Servers.uniqueName("admin")
        try await Servers.createTopics([KafkaTopic(name: name, partitions: 7)])
        let admin = try KafkaAdmin(["bootstrap.servers": try await Servers.stack.bootstrapServers])
        #expect(try await admin.topics()[name] == 7)
    }
}

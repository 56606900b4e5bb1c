import CLibrdkafka

/// librdkafka's mock cluster (`rdkafka_mock.h`): brokers that speak the Kafka protocol on loopback and keep all data in
/// memory.
///
/// The cluster creates unknown topics with 4 partitions: create every topic before its first use.
public final class KafkaMockCluster: Sendable {
    private let client: KafkaClient
    private let cluster: Cluster

    /// `@unchecked Sendable`: the mock cluster serialises all API calls on its own thread.
    private struct Cluster: @unchecked Sendable { let pointer: OpaquePointer }

    public init(brokers: Int = 1) throws(KafkaError) {
        client = try KafkaClient(RD_KAFKA_PRODUCER, [:], callbacks: KafkaCallbacks { _ in })
        guard let pointer = rd_kafka_mock_cluster_new(client.handle, Int32(brokers)) else {
            throw KafkaError(RD_KAFKA_RESP_ERR__FAIL, "start the mock cluster")
        }
        cluster = Cluster(pointer: pointer)
        ListenBacklog.raise(ports: ports)
    }

    deinit { rd_kafka_mock_cluster_destroy(cluster.pointer) }

    /// The `host:port` of each broker, separated by commas.
    public var bootstrapServers: String { String(cString: rd_kafka_mock_cluster_bootstraps(cluster.pointer)) }

    /// Creates a topic. An existing topic is left unchanged.
    public func createTopic(_ name: String, partitions: Int32) throws(KafkaError) {
        let code = rd_kafka_mock_topic_create(cluster.pointer, name, partitions, 1)
        if code != RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS { try check(code, "create \(name)") }
    }

    /// Stops or restarts a broker. It keeps its data.
    public func setBroker(_ id: Int32 = 1, up: Bool) throws(KafkaError) {
        try check(
            up ? rd_kafka_mock_broker_set_up(cluster.pointer, id) : rd_kafka_mock_broker_set_down(cluster.pointer, id),
            "take broker \(id) \(up ? "up" : "down")"
        )
        // A broker that comes up listens anew.
        if up { ListenBacklog.raise(ports: ports) }
    }

    private var ports: Set<UInt16> {
        Set(bootstrapServers.split(separator: ",").compactMap { $0.split(separator: ":").last.flatMap { UInt16($0) } })
    }
}

import Foundation
import Kafka
import Testing

/// TLS and SASL against a real broker, which the mock broker cannot do.
///
/// Needs `TEST_KAFKA_SASL_SERVERS` (a SASL_SSL listener with the mechanism PLAIN), `TEST_KAFKA_SASL_USER`,
/// `TEST_KAFKA_SASL_PASSWORD` and `TEST_KAFKA_SASL_CA` (the authority's certificate).
@Suite(.timeLimit(.minutes(5))) struct KafkaSASLTests {
    private static let environment = ProcessInfo.processInfo.environment

    private func properties(password: String? = nil) throws -> [String: String] {
        func setting(_ name: String) throws -> String { try #require(Self.environment["TEST_KAFKA_SASL_\(name)"]) }
        return [
            "bootstrap.servers": try setting("SERVERS"), "security.protocol": "SASL_SSL", "sasl.mechanism": "PLAIN",
            "sasl.username": try setting("USER"), "sasl.password": try password ?? setting("PASSWORD"),
            "ssl.ca.location": try setting("CA"),
        ]
    }

    @Test(
        .enabled(
            if: environment["TEST_KAFKA_SASL_SERVERS"] != nil,
            "needs a broker with SASL_SSL named in TEST_KAFKA_SASL_SERVERS"
        )
    )
    func `records pass through an encrypted and authenticated connection, and a wrong password is refused`()
        async throws
    {
        let topic = "sasl-\(UUID().uuidString)"
        let admin = try KafkaAdmin(properties())
        try await admin.create([KafkaTopic(name: topic, partitions: 1)])
        let producer = try KafkaProducer(properties())
        try await producer.send([KafkaRecord(topic: topic, key: Array("k".utf8), value: [1, 2, 3])])
        #expect(try await admin.topics()[topic] != nil)
        try await admin.delete([topic])

        let stranger = try KafkaAdmin(properties(password: "wrong"))
        let error = await #expect(throws: KafkaError.self) { try await stranger.topics(timeout: .seconds(5)) }
        #expect(error.map { "\($0)".lowercased().contains("authentication") } == true, "\(error as Any)")
    }
}

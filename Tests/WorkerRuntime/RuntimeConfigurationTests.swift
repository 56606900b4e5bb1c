import Foundation
import Kafka
import Testing
import WorkerRuntime

@Suite(.timeLimit(.minutes(20))) struct RuntimeConfigurationTests {
    @Test func `reads the environment`() throws {
        let configuration = try RuntimeConfiguration(environment: [
            "DATABASE_URL": "postgresql://h/d", "KAFKA_BOOTSTRAP_SERVERS": "a:1,b:2",
            "KAFKA_SECURITY_PROTOCOL": "SASL_SSL", "TOPIC_PREFIX": "x.",
            "ADMIN_PORT": "8080", "LOG_LEVEL": "debug", "LOG_FORMAT": "json",
        ])
        #expect(
            configuration.databaseURL == "postgresql://h/d" && configuration.topicPrefix == "x."
                && configuration.adminPort == 8080
        )
        #expect(configuration.logLevel == .debug && configuration.logsJSON)
        #expect(
            try configuration.kafkaProperties() == ["bootstrap.servers": "a:1,b:2", "security.protocol": "SASL_SSL"]
        )
    }

    @Test func `reads secrets from files`() throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try Data("postgresql://h/secret\n".utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        #expect(
            try RuntimeConfiguration(environment: ["DATABASE_URL_FILE": file.path]).databaseURL
                == "postgresql://h/secret"
        )
        let error = #expect(throws: ConfigurationError.self) {
            try RuntimeConfiguration(environment: ["DATABASE_URL_FILE": "/no/such"])
        }
        #expect(error?.message.contains("DATABASE_URL_FILE") == true && error?.message.contains("/no/such") == true)
    }

    @Test(arguments: [
        ("ADMIN_PORT", "70000"), ("COMMISSION", "0.02"), ("LOG_LEVEL", "loud"), ("LOG_FORMAT", "xml"),
    ])
    func `rejects an invalid value by name`(name: String, value: String) {
        let error = #expect(throws: ConfigurationError.self) { try RuntimeConfiguration(environment: [name: value]) }
        #expect(error?.message.contains("\(name)=\(value)") == true)
    }

    /// The partitions of a dead worker must move within seconds, unless an operator chooses otherwise.
    @Test func `gives consumers a short session timeout by default`() throws {
        let defaults = try RuntimeConfiguration(environment: ["KAFKA_BOOTSTRAP_SERVERS": "a:1"]).consumerProperties(
            group: "g"
        )
        #expect(
            defaults["session.timeout.ms"] == "10000" && defaults["max.poll.interval.ms"] == "60000"
                && defaults["group.id"] == "g"
        )
        let configured = try RuntimeConfiguration(environment: [
            "KAFKA_BOOTSTRAP_SERVERS": "a:1", "KAFKA_SESSION_TIMEOUT_MS": "30000",
        ])
        #expect(try configured.consumerProperties(group: "g")["session.timeout.ms"] == "30000")
    }

    @Test func `an operator's limit on fetching ahead replaces the worker's`() throws {
        let worker = try RuntimeConfiguration(environment: ["KAFKA_BOOTSTRAP_SERVERS": "a:1"])
        let operators = try RuntimeConfiguration(environment: [
            "KAFKA_BOOTSTRAP_SERVERS": "a:1", "KAFKA_QUEUED_MAX_MESSAGES_KBYTES": "1000",
        ])
        let limits = try [worker, operators].map {
            try $0.consumerProperties(group: "g", fetchAhead: 16_384)["queued.max.messages.kbytes"]
        }
        #expect(limits == ["16384", "1000"])
    }

    /// librdkafka does not start with answers that are smaller than the largest message.
    @Test func `an answer of the broker holds the largest message`() throws {
        for (largest, expected) in [("1000000", "4194304"), ("8388608", "8388608")] {
            let properties = try RuntimeConfiguration(environment: [
                "KAFKA_BOOTSTRAP_SERVERS": "a:1", "KAFKA_MESSAGE_MAX_BYTES": largest,
            ]).consumerProperties(group: "g")
            #expect(properties["fetch.max.bytes"] == expected)
            #expect(throws: Never.self) { try KafkaConsumer(properties) }
        }
    }

    @Test func `keeps consumer properties from producers`() throws {
        let configuration = try RuntimeConfiguration(environment: [
            "KAFKA_BOOTSTRAP_SERVERS": "a:1", "KAFKA_SESSION_TIMEOUT_MS": "4000",
        ])
        #expect(try configuration.producerProperties() == ["bootstrap.servers": "a:1", "message.timeout.ms": "15000"])
        #expect(try configuration.kafkaProperties()["session.timeout.ms"] == "4000")
        #expect(throws: ConfigurationError.self) { try RuntimeConfiguration(environment: [:]).kafkaProperties() }
    }
}

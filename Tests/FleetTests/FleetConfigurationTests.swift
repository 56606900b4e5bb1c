import Fleet
import Foundation
import Testing

@Suite struct FleetConfigurationTests {
    @Test func readsWhatTheEnvironmentSays() throws {
        let configuration = try FleetConfiguration(environment: [
            "DATABASE_URL": "postgresql://h/d", "KAFKA_BOOTSTRAP_SERVERS": "a:1,b:2", "KAFKA_SECURITY_PROTOCOL": "SASL_SSL", "TOPIC_PREFIX": "x.",
            "ADMIN_PORT": "8080", "LOG_LEVEL": "debug", "LOG_FORMAT": "json",
        ])
        #expect(configuration.databaseURL == "postgresql://h/d" && configuration.topicPrefix == "x." && configuration.adminPort == 8080)
        #expect(configuration.logLevel == .debug && configuration.logsJSON)
        #expect(try configuration.kafkaProperties() == ["bootstrap.servers": "a:1,b:2", "security.protocol": "SASL_SSL"])
    }

    @Test func secretsMayBeInFiles() throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try Data("postgresql://h/secret\n".utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        #expect(try FleetConfiguration(environment: ["DATABASE_URL_FILE": file.path]).databaseURL == "postgresql://h/secret")
        let error = #expect(throws: ConfigurationError.self) { try FleetConfiguration(environment: ["DATABASE_URL_FILE": "/no/such"]) }
        #expect(error?.message.contains("DATABASE_URL_FILE") == true && error?.message.contains("/no/such") == true)
    }

    @Test(arguments: [
        ("ADMIN_PORT", "70000"), ("COMMISSION", "0.02"), ("LOG_LEVEL", "loud"), ("LOG_FORMAT", "xml"),
    ])
    func aWrongValueIsRefusedByName(name: String, value: String) {
        let error = #expect(throws: ConfigurationError.self) { try FleetConfiguration(environment: [name: value]) }
        #expect(error?.message.contains("\(name)=\(value)") == true)
    }

    /// The partitions of a worker that died are another's within seconds; an operator may say otherwise.
    @Test func consumersAreImpatientUnlessToldOtherwise() throws {
        let usual = try FleetConfiguration(environment: ["KAFKA_BOOTSTRAP_SERVERS": "a:1"]).consumerProperties(group: "g")
        #expect(usual["session.timeout.ms"] == "10000" && usual["max.poll.interval.ms"] == "60000" && usual["group.id"] == "g")
        let told = try FleetConfiguration(environment: ["KAFKA_BOOTSTRAP_SERVERS": "a:1", "KAFKA_SESSION_TIMEOUT_MS": "30000"])
        #expect(try told.consumerProperties(group: "g")["session.timeout.ms"] == "30000")
    }

    @Test func producersAreNotToldWhatOnlyConsumersKnow() throws {
        let configuration = try FleetConfiguration(environment: ["KAFKA_BOOTSTRAP_SERVERS": "a:1", "KAFKA_SESSION_TIMEOUT_MS": "4000"])
        #expect(try configuration.producerProperties() == ["bootstrap.servers": "a:1"])
        #expect(try configuration.kafkaProperties()["session.timeout.ms"] == "4000")
        #expect(throws: ConfigurationError.self) { try FleetConfiguration(environment: [:]).kafkaProperties() }
    }
}

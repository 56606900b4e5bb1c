import Configuration
import Foundation
import Logging

/// What every worker is told from outside; read here and nowhere else.
///
/// | variable | type | default | meaning |
/// |---|---|---|---|
/// | `DATABASE_URL` | libpq URI | libpq's `PG*` variables | Postgres |
/// | `KAFKA_BOOTSTRAP_SERVERS` | host:port,... | required | the brokers |
/// | `KAFKA_GROUP_ID` | text | `TOPIC_PREFIX` and the worker's name | the consumer group; the slow lane's is the same with `.backfill` |
/// | `KAFKA_<PROPERTY>` | text | librdkafka's | any librdkafka property, dots as underscores |
/// | `TOPIC_PREFIX` | text | empty | before every topic's name |
/// | `ADMIN_PORT` | 0...65535 | none | `/livez`, `/readyz` and `/metrics`; none: not served |
/// | `ARTIFACT_ROOT` | path | none | where `artifact_uri`s of the file kind live |
/// | `MLFLOW_TRACKING_URI` | http address | none | where models are copied to |
/// | `MODEL_BUNDLES` | postgres, mlflow, path | postgres | where scorers fetch models from |
/// | `STAKING_POLICY` | path | config/staking.yaml | when to bet and how much, and what each source takes |
/// | `LOG_LEVEL` | trace...critical | info | |
/// | `LOG_FORMAT` | text, json | text | |
/// | `DEV_BROKER_CONTROL` | path | none | the dev broker's control socket |
///
/// `<NAME>_FILE` names a file that holds the value, for secrets.
public struct FleetConfiguration: Sendable {
    public var databaseURL: String
    public var bootstrapServers: String
    public var groupID: String?
    public var kafka: [String: String]
    public var topicPrefix: String
    public var adminPort: UInt16?
    public var artifactRoot: String?
    public var mlflowTrackingURI: String?
    public var modelBundles: String?
    public var logLevel: Logger.Level
    public var logsJSON: Bool
    public var brokerControl: String?

    /// - Throws: `ConfigurationError` that names the variable, its value, and what would be right.
    public init(environment: [String: String] = ProcessInfo.processInfo.environment) throws(ConfigurationError) {
        var resolved = environment
        for (name, path) in environment where name.hasSuffix("_FILE") && !path.isEmpty {
            let base = String(name.dropLast(5))
            guard Self.secrets.contains(base) else { continue }
            guard let content = try? String(contentsOfFile: path, encoding: .utf8) else {
                throw ConfigurationError("\(name) names the file \(path), which cannot be read")
            }
            resolved[base] = content.trimmingCharacters(in: .whitespacesAndNewlines)
        }
        let reader = ConfigReader(provider: EnvironmentVariablesProvider(environmentVariables: resolved))
        func text(_ key: ConfigKey) -> String? { reader.string(forKey: key).flatMap { $0.isEmpty ? nil : $0 } }
        databaseURL = text("database.url") ?? ""
        bootstrapServers = text("kafka.bootstrap.servers") ?? ""
        groupID = text("kafka.group.id")
        topicPrefix = text("topic.prefix") ?? ""
        artifactRoot = text("artifact.root")
        mlflowTrackingURI = text("mlflow.tracking.uri")
        modelBundles = text("model.bundles")
        if let rate = text("commission") {
            throw ConfigurationError("COMMISSION=\(rate) is no setting any more: say it by source in config/staking.yaml (sources), and unset it")
        }
        brokerControl = text("dev.broker.control")
        if let port = text("admin.port") {
            guard let number = UInt16(port) else { throw ConfigurationError("ADMIN_PORT=\(port) is not a port: 0 to 65535") }
            adminPort = number
        }
        let level = text("log.level") ?? "info"
        guard let parsed = Logger.Level(rawValue: level) else {
            throw ConfigurationError("LOG_LEVEL=\(level) is not a level: \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        logLevel = parsed
        let format = text("log.format") ?? "text"
        guard ["text", "json"].contains(format) else { throw ConfigurationError("LOG_FORMAT=\(format) is not a format: text or json") }
        logsJSON = format == "json"
        var properties: [String: String] = [:]
        for (name, value) in resolved where name.hasPrefix("KAFKA_") && !Self.ownKafkaNames.contains(name) && !name.hasSuffix("_FILE") {
            properties[name.dropFirst("KAFKA_".count).lowercased().replacingOccurrences(of: "_", with: ".")] = value
        }
        kafka = properties
    }

    private static let secrets: Set<String> = ["DATABASE_URL", "KAFKA_SASL_PASSWORD", "KAFKA_SSL_KEY_PASSWORD"]
    private static let ownKafkaNames: Set<String> = ["KAFKA_GROUP_ID"]

    /// librdkafka's properties for a client.
    ///
    /// - Throws: `ConfigurationError` where no broker is named.
    public func kafkaProperties() throws(ConfigurationError) -> [String: String] {
        guard !bootstrapServers.isEmpty else {
            throw ConfigurationError("KAFKA_BOOTSTRAP_SERVERS is not set: name a broker, or run `giddyup dev up` and export what it prints")
        }
        return kafka
    }

    /// Of a worker's consumers; the properties that only consumers know are dropped for producers.
    package func consumerProperties(group: String) throws(ConfigurationError) -> [String: String] {
        try Self.impatient.merging(kafkaProperties()) { $1 }.merging(["group.id": group]) { $1 }
    }

    /// With librdkafka's own 45 s and 5 minutes the partitions of a worker that died would stand still while a race goes off. A worker polls on while it
    /// works, so a minute without a poll is no slow batch but a stuck process.
    private static let impatient = ["session.timeout.ms": "10000", "heartbeat.interval.ms": "2000", "max.poll.interval.ms": "60000"]

    public func producerProperties() throws(ConfigurationError) -> [String: String] {
        try kafkaProperties().filter { !Self.consumerOnly.contains($0.key) }
    }

    private static let consumerOnly: Set<String> = [
        "session.timeout.ms", "heartbeat.interval.ms", "fetch.wait.max.ms", "max.poll.interval.ms", "auto.offset.reset", "group.instance.id",
        "partition.assignment.strategy", "fetch.min.bytes", "fetch.max.bytes", "isolation.level",
    ]
}

/// A setting that cannot be used: which, what it was, and what would be right.
public struct ConfigurationError: Error, Sendable, CustomStringConvertible {
    public let message: String
    public init(_ message: String) { self.message = message }
    public var description: String { message }
}

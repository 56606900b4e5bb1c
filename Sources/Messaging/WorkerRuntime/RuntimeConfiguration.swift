import Configuration
import Foundation
import Logging

/// The settings that all programs share, from environment variables.
///
/// | variable | type | default | meaning |
/// |---|---|---|---|
/// | `DATABASE_URL` | libpq URI | libpq's `PG*` variables | Postgres |
/// | `DATABASE_PASSWORD` | text | none | the password, if `DATABASE_URL` contains none |
/// | `KAFKA_BOOTSTRAP_SERVERS` | host:port,... | required | the brokers |
/// | `KAFKA_GROUP_ID` | text | `TOPIC_PREFIX` + worker name | the consumer group; `.backfill` is added for that lane |
/// | `KAFKA_<PROPERTY>` | text | librdkafka's | any librdkafka property, with underscores for dots |
/// | `TOPIC_PREFIX` | text | empty | prefix of every topic name |
/// | `TOPIC_PARTITION_LIMIT` | 1 or more | none | most partitions of a new topic, for small clusters |
/// | `TOPIC_REPLICAS` | 1 or more | 1 | replicas of a new topic; from 3 on, `min.insync.replicas` is 2 |
/// | `ADMIN_PORT` | 0...65535 | not served | port of `/livez`, `/readyz` and `/metrics` |
/// | `ADMIN_HOST` | IPv4 address | 127.0.0.1 | address that the admin port listens on |
/// | `BOARD_PORT` | 0...65535 | 8090 | port of the board |
/// | `BOARD_HOST` | IPv4 address | 127.0.0.1 | address that the board listens on |
/// | `ARTIFACT_ROOT` | path | none | folder of data sets |
/// | `MLFLOW_TRACKING_URI` | http address | none | MLflow server that models are copied to |
/// | `MODEL_BUNDLES` | postgres, mlflow, path | postgres | where scorers fetch models |
/// | `STAKING_POLICY` | path | config/staking.yaml | staking policy |
/// | `SCHEDULE` | path | config/schedule.yaml | when races are scored |
/// | `LOG_LEVEL` | trace...critical | info | lowest level that is logged |
/// | `LOG_FORMAT` | text, json | text | format of log lines |
/// | `DEV_BROKER_CONTROL` | path | none | control socket of the development broker |
/// | `CRASH_AT` | step:count | none | tests: kill the worker after that step of its work, see `CrashPoint` |
///
/// `<NAME>_FILE` names a file that holds the value of a secret. Variables of a single program (`CLOCK_*`,
/// `GIDDYUP_HOME`) are read by the types that use them.
public struct RuntimeConfiguration: Sendable {
    public let databaseURL: String
    public let bootstrapServers: String
    public let groupID: String?
    public let topicPrefix: String
    public let topicPartitionLimit: Int32?
    public let topicReplicas: Int32?
    public let adminPort: UInt16?
    public let adminHost: String
    public let boardPort: UInt16
    public let boardHost: String
    public let artifactRoot: String?
    public let mlflowTrackingURI: String?
    public let modelBundles: String?
    public let logLevel: Logger.Level
    public let logsJSON: Bool
    public let brokerControl: String?
    public let crashPoint: CrashPoint
    private let stakingPolicy: String?
    private let schedule: String?
    let kafka: [String: String]

    /// - Throws: `ConfigurationError` naming the variable, its value and the accepted values.
    public init(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(ConfigurationError) {
        let resolved = try Self.resolveSecrets(environment)
        let reader = ConfigReader(provider: EnvironmentVariablesProvider(environmentVariables: resolved))
        func text(_ key: ConfigKey) -> String? { reader.string(forKey: key).flatMap { $0.isEmpty ? nil : $0 } }
        if let rate = text("commission") {
            throw ConfigurationError(
                "COMMISSION=\(rate) is no longer supported; set sources.NAME.commission in config/staking.yaml"
            )
        }
        databaseURL = try Self.databaseURL(text("database.url") ?? "", password: text("database.password"))
        bootstrapServers = text("kafka.bootstrap.servers") ?? ""
        groupID = text("kafka.group.id")
        topicPrefix = text("topic.prefix") ?? ""
        artifactRoot = text("artifact.root")
        mlflowTrackingURI = text("mlflow.tracking.uri")
        modelBundles = text("model.bundles")
        stakingPolicy = text("staking.policy")
        schedule = text("schedule")
        brokerControl = text("dev.broker.control")
        topicPartitionLimit = try Self.count("TOPIC_PARTITION_LIMIT", text("topic.partition.limit"))
        topicReplicas = try Self.count("TOPIC_REPLICAS", text("topic.replicas"))
        adminPort = try Self.port("ADMIN_PORT", text("admin.port"))
        adminHost = text("admin.host") ?? "127.0.0.1"
        boardPort = try Self.port("BOARD_PORT", text("board.port")) ?? 8090
        boardHost = text("board.host") ?? "127.0.0.1"
        logLevel = try Self.level(text("log.level") ?? "info")
        logsJSON = try Self.isJSON(text("log.format") ?? "text")
        crashPoint = try CrashPoint(text("crash.at"))
        kafka = Self.librdkafkaProperties(resolved)
    }

    /// The file of the staking policy: `STAKING_POLICY`, or the project's own.
    public func stakingPolicyPath() throws(ConfigurationError) -> String {
        if let stakingPolicy { return stakingPolicy }
        return try ProjectFiles.locate("config/staking.yaml")
    }

    /// The file of the schedule: `SCHEDULE`, or the project's own.
    public func schedulePath() throws(ConfigurationError) -> String {
        if let schedule { return schedule }
        return try ProjectFiles.locate("config/schedule.yaml")
    }
}

extension RuntimeConfiguration {
    private static let secrets: Set<String> = [
        "DATABASE_URL", "DATABASE_PASSWORD", "KAFKA_SASL_PASSWORD", "KAFKA_SSL_KEY_PASSWORD",
    ]

    /// Adds the password as a parameter of the URI (PostgreSQL manual, 32.1.1.2).
    private static func databaseURL(_ url: String, password: String?) throws(ConfigurationError) -> String {
        guard let password else { return url }
        guard !url.isEmpty else {
            throw ConfigurationError("DATABASE_PASSWORD is set, but DATABASE_URL is not: set PGPASSWORD, or a URL")
        }
        let unreserved = CharacterSet(charactersIn: "-._~").union(.alphanumerics)
        guard let encoded = password.addingPercentEncoding(withAllowedCharacters: unreserved) else {
            throw ConfigurationError("DATABASE_PASSWORD is not valid Unicode")
        }
        return url + (url.contains("?") ? "&" : "?") + "password=" + encoded
    }

    /// Replaces `<NAME>_FILE` by the content of the file, for secrets.
    private static func resolveSecrets(_ environment: [String: String]) throws(ConfigurationError) -> [String: String] {
        var resolved = environment
        for (variable, path) in environment where variable.hasSuffix("_FILE") && !path.isEmpty {
            let name = String(variable.dropLast("_FILE".count))
            guard secrets.contains(name) else { continue }
            guard let content = try? String(contentsOfFile: path, encoding: .utf8) else {
                throw ConfigurationError("\(variable) names the file \(path), which cannot be read")
            }
            resolved[name] = content.trimmingCharacters(in: .whitespacesAndNewlines)
        }
        return resolved
    }

    private static func count(_ variable: String, _ text: String?) throws(ConfigurationError) -> Int32? {
        guard let text else { return nil }
        guard let count = Int32(text), count > 0 else {
            throw ConfigurationError("\(variable)=\(text) is not a number above 0")
        }
        return count
    }

    private static func port(_ variable: String, _ text: String?) throws(ConfigurationError) -> UInt16? {
        guard let text else { return nil }
        guard let port = UInt16(text) else {
            throw ConfigurationError("\(variable)=\(text) is not a port: 0 to 65535")
        }
        return port
    }

    private static func level(_ text: String) throws(ConfigurationError) -> Logger.Level {
        guard let level = Logger.Level(rawValue: text) else {
            let levels = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
            throw ConfigurationError("LOG_LEVEL=\(text) is not a level: \(levels)")
        }
        return level
    }

    private static func isJSON(_ text: String) throws(ConfigurationError) -> Bool {
        guard ["text", "json"].contains(text) else {
            throw ConfigurationError("LOG_FORMAT=\(text) is not a format: text or json")
        }
        return text == "json"
    }
}

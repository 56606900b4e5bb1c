import Foundation

extension RuntimeConfiguration {
    /// The librdkafka properties of any client.
    ///
    /// - Throws: `ConfigurationError` if no broker is named.
    public func kafkaProperties() throws(ConfigurationError) -> [String: String] {
        guard !bootstrapServers.isEmpty else {
            throw ConfigurationError(
                "KAFKA_BOOTSTRAP_SERVERS is not set: name a broker, or run `giddyup dev up` and export what it prints"
            )
        }
        return kafka
    }

    /// The librdkafka properties of a worker's consumers.
    ///
    /// A whole answer of the broker stays in memory until its last message is handled, so one of librdkafka's 50 MiB
    /// would count far beyond the limit on what is fetched ahead.
    ///
    /// - Parameter fetchAhead: KiB, unless the environment sets `queued.max.messages.kbytes`.
    package func consumerProperties(group: String, fetchAhead: Int = 65_536) throws(ConfigurationError)
        -> [String: String]
    {
        let given = try kafkaProperties()
        // librdkafka rejects answers that are smaller than the largest message.
        let answer = max(Self.largestAnswer, given["message.max.bytes"].flatMap { Int($0) } ?? 0)
        return Self.consumerDefaults
            .merging(["queued.max.messages.kbytes": "\(fetchAhead)", "fetch.max.bytes": "\(answer)"]) { $1 }
            .merging(given) { $1 }
            .merging(["group.id": group]) { $1 }
    }

    /// The most bytes of one answer of a broker.
    private static let largestAnswer = 4_194_304

    /// The librdkafka properties of a producer: all but those that only consumers accept. Undelivered messages time out
    /// before a stopping worker's grace period ends; workers send them again.
    public func producerProperties() throws(ConfigurationError) -> [String: String] {
        let given = try kafkaProperties().filter { !Self.consumerOnly.contains($0.key) }
        return ["message.timeout.ms": "15000"].merging(given) { $1 }
    }

    /// librdkafka's defaults of 45 seconds and 5 minutes would leave the partitions of a dead worker idle while a race
    /// goes off. Workers poll while they work, so a minute without a poll means a stuck process, not a slow batch.
    private static let consumerDefaults = [
        "session.timeout.ms": "10000",
        "heartbeat.interval.ms": "2000",
        "max.poll.interval.ms": "60000",
    ]

    private static let consumerOnly: Set<String> = [
        "session.timeout.ms", "heartbeat.interval.ms", "fetch.wait.max.ms", "max.poll.interval.ms",
        "auto.offset.reset", "group.instance.id", "partition.assignment.strategy", "fetch.min.bytes",
        "fetch.max.bytes", "isolation.level", "queued.max.messages.kbytes", "queued.min.messages",
    ]

    /// `KAFKA_*` variables that are not librdkafka properties.
    private static let ownVariables: Set<String> = ["KAFKA_GROUP_ID"]

    /// Whether Docker or Kubernetes set the variable for a service named `kafka`, such as
    /// KAFKA_PORT=tcp://10.0.0.1:9092.
    private static func isServiceLink(_ variable: String, _ value: String) -> Bool {
        let name = variable.dropFirst("KAFKA_".count)
        return value.hasPrefix("tcp://") || name.hasPrefix("PORT") || name.hasPrefix("SERVICE_")
            || name.hasPrefix("ENV_") || name == "NAME"
    }

    static func librdkafkaProperties(_ environment: [String: String]) -> [String: String] {
        var properties: [String: String] = [:]
        for (variable, value) in environment
        where variable.hasPrefix("KAFKA_") && !ownVariables.contains(variable) && !variable.hasSuffix("_FILE")
            && !isServiceLink(variable, value)
        {
            let name = variable.dropFirst("KAFKA_".count).lowercased().replacingOccurrences(of: "_", with: ".")
            properties[name] = value
        }
        return properties
    }
}

/// A log line of librdkafka.
public struct KafkaLog: Sendable {
    /// The syslog level, from 0 (emergency) to 7 (debug).
    public let level: Int
    public let facility: String
    public let message: String

    public typealias Sink = @Sendable (KafkaLog) -> Void

    package init(level: Int, facility: String, message: String) {
        self.level = level
        self.facility = facility
        self.message = message
    }
}

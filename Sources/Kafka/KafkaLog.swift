/// A line that librdkafka logs, with its syslog level (0 emergency to 7 debug).
public struct KafkaLog: Sendable {
    public let level: Int
    public let facility: String
    public let message: String

    public typealias Sink = @Sendable (KafkaLog) -> Void
}

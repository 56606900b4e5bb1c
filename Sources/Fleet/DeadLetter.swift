import Kafka
import Messages

/// A message that could not be handled, as it came, with why.
public struct DeadLetter: Sendable {
    public let message: KafkaMessage
    public let reason: String
    public let errorClass: ErrorClass
    public let worker: String
    public let attempt: Int

    public init(message: KafkaMessage, reason: String, errorClass: ErrorClass, worker: String, attempt: Int) {
        self.message = message
        self.reason = reason
        self.errorClass = errorClass
        self.worker = worker
        self.attempt = attempt
    }

    /// The names of the headers that are added; the original ones stay as they are.
    public enum Header {
        public static let reason = "dl_reason"
        public static let errorClass = "dl_class"
        public static let worker = "dl_worker"
        public static let topic = "dl_topic"
        public static let partition = "dl_partition"
        public static let offset = "dl_offset"
        public static let attempt = "dl_attempt"
        /// How often it was sent round again; kept by redrive.
        public static let redrives = "dl_redrives"
    }

    package func record(topic: String) -> KafkaRecord {
        KafkaRecord(
            topic: topic, key: message.key, value: message.value,
            headers: message.headers.filter { !$0.name.hasPrefix("dl_") || $0.name == Header.redrives } + [
                KafkaHeader(Header.reason, String(reason.prefix(2_000))), KafkaHeader(Header.errorClass, errorClass.rawValue),
                KafkaHeader(Header.worker, worker), KafkaHeader(Header.topic, message.source.topic),
                KafkaHeader(Header.partition, "\(message.source.partition)"), KafkaHeader(Header.offset, "\(message.offset)"),
                KafkaHeader(Header.attempt, "\(attempt)"),
            ])
    }
}

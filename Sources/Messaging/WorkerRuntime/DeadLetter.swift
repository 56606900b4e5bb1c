import Kafka
import Messages

/// A message that could not be handled: the original bytes, and why it failed.
public struct DeadLetter: Sendable {
    public let message: KafkaMessage
    public let reason: String
    public let errorClass: ErrorClass
    public let worker: String
    /// The number of the attempt that failed, from 1.
    public let attempt: Int

    public init(message: KafkaMessage, reason: String, errorClass: ErrorClass, worker: String, attempt: Int) {
        self.message = message
        self.reason = reason
        self.errorClass = errorClass
        self.worker = worker
        self.attempt = attempt
    }

    /// Whether the payload could not be decoded at all, which says nothing about the worker.
    private(set) var isUndecodable = false

    func markedUndecodable(_ isUndecodable: Bool) -> DeadLetter {
        var copy = self
        copy.isUndecodable = isUndecodable
        return copy
    }

    /// The headers that a dead letter adds to those of the original message.
    public enum Header {
        public static let reason = "dl_reason"
        public static let errorClass = "dl_class"
        public static let worker = "dl_worker"
        public static let topic = "dl_topic"
        public static let partition = "dl_partition"
        public static let offset = "dl_offset"
        public static let attempt = "dl_attempt"
        /// How often the message was redriven. A new dead letter of the same message keeps the count.
        public static let redrives = "dl_redrives"
        /// The size in bytes of a payload that was left out because dead.letters does not accept it.
        public static let leftOut = "dl_left_out"
    }

    /// In bytes: one character may be composed of any number of combining marks.
    private static let reasonLimit = 2_000

    /// Whether the payload is left out because dead.letters does not accept it. The original is still at its source.
    private(set) var isPayloadLeftOut = false

    func leavingOutPayload() -> DeadLetter {
        var copy = self
        copy.isPayloadLeftOut = true
        return copy
    }

    package func record(topic: String) -> KafkaRecord {
        let original = message.headers.filter { !$0.name.hasPrefix("dl_") || $0.name == Header.redrives }
        let added = [
            KafkaHeader(Header.reason, String(decoding: reason.utf8.prefix(Self.reasonLimit), as: UTF8.self)),
            KafkaHeader(Header.errorClass, errorClass.rawValue),
            KafkaHeader(Header.worker, worker),
            KafkaHeader(Header.topic, message.source.topic),
            KafkaHeader(Header.partition, "\(message.source.partition)"),
            KafkaHeader(Header.offset, "\(message.offset)"),
            KafkaHeader(Header.attempt, "\(attempt)"),
        ]
        guard isPayloadLeftOut else {
            return KafkaRecord(topic: topic, key: message.key, value: message.value, headers: original + added)
        }
        let size = KafkaHeader(Header.leftOut, "\(message.value?.count ?? 0)")
        return KafkaRecord(topic: topic, key: message.key, value: nil, headers: original + added + [size])
    }
}

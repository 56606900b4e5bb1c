import Kafka

/// A message of dead.letters: what failed, where it came from, and why.
public struct RecordedDeadLetter: Sendable {
    /// Where the message was that failed. Letters with the same position are copies of one letter.
    public let position: MessagePosition
    public let reason: String
    public let errorClass: String
    public let worker: String
    public let attempt: Int
    /// How often the message had been redriven when it failed.
    public let redrives: Int
    public let message: KafkaMessage

    /// - Parameter message: of dead.letters; `nil` if it was not written by a worker.
    public init?(_ message: KafkaMessage) {
        typealias Header = DeadLetter.Header
        guard let topic = message.header(Header.topic),
            let partition = message.header(Header.partition).flatMap({ Int32($0) }),
            let offset = message.header(Header.offset).flatMap({ Int64($0) })
        else { return nil }
        position = MessagePosition(TopicPartition(topic, partition), offset)
        reason = message.header(Header.reason) ?? ""
        errorClass = message.header(Header.errorClass) ?? ""
        worker = message.header(Header.worker) ?? ""
        attempt = message.header(Header.attempt).flatMap { Int($0) } ?? 1
        redrives = message.header(Header.redrives).flatMap { Int32($0) }.map { Int(max(0, $0)) } ?? 0
        self.message = message
    }

    /// When the letter was produced, in microseconds since 1970. A producer may set any time, so it is clamped.
    public var at: Int64 {
        let (microseconds, isTooLarge) = (message.timestamp ?? 0).multipliedReportingOverflow(by: 1000)
        return isTooLarge ? .max : microseconds
    }

    /// Whether dead.letters did not accept the payload.
    public var isPayloadLeftOut: Bool { message.header(DeadLetter.Header.leftOut) != nil }

    /// The original message, to be sent to its topic again: the same key, bytes and headers, and the number of times
    /// that it was redriven.
    public var redriven: KafkaRecord {
        let original = message.headers.filter { !$0.name.hasPrefix("dl_") }
        return KafkaRecord(
            topic: position.source.topic,
            key: message.key,
            value: message.value,
            headers: original + [KafkaHeader(DeadLetter.Header.redrives, "\(redrives + 1)")]
        )
    }
}

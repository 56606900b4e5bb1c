/// Where a message is: its partition and offset. In text: TOPIC/PARTITION/OFFSET.
public struct MessagePosition: Sendable, Hashable, Comparable, CustomStringConvertible {
    public let source: TopicPartition
    public let offset: Int64

    public init(_ source: TopicPartition, _ offset: Int64) {
        self.source = source
        self.offset = offset
    }

    /// - Parameter text: TOPIC/PARTITION/OFFSET; `nil` if it is anything else.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, !parts[0].isEmpty, let partition = Int32(parts[1]), partition >= 0,
            let offset = Int64(parts[2]), offset >= 0
        else { return nil }
        self.init(TopicPartition(String(parts[0]), partition), offset)
    }

    public var description: String { "\(source.topic)/\(source.partition)/\(offset)" }

    public static func < (a: Self, b: Self) -> Bool { (a.source, a.offset) < (b.source, b.offset) }
}

extension KafkaMessage {
    public var position: MessagePosition { MessagePosition(source, offset) }
}

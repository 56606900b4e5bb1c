/// What became of a commit.
public struct KafkaCommitAnswer: Sendable {
    /// The offsets that were to be committed.
    public let requested: [TopicPartition: Int64]
    /// Those that were.
    public let committed: [TopicPartition: Int64]
    /// Why some were not; `nil` if all were.
    public let error: KafkaError?

    package init(requested: [TopicPartition: Int64], committed: [TopicPartition: Int64], error: KafkaError? = nil) {
        self.requested = requested
        self.committed = committed
        self.error = error
    }
}

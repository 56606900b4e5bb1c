import Kafka
import Messages
import TopicReading
import WorkerRuntime

/// Reads the letters that reach dead.letters after the watch was created, and keeps those that matter to a command.
///
/// Other commands and live races have dead letters too: a command must not count those as its own.
public actor DeadLetterWatch {
    private let consumer: KafkaConsumer
    /// Reads the ends of the topic. A broker answers the requests of one connection in turn, so those of `consumer`
    /// would each wait until the broker has waited for the next letter.
    private let probe: KafkaConsumer
    private let matches: @Sendable (RecordedDeadLetter) -> Bool
    private var seen: Set<MessagePosition> = []
    /// The next offset to read.
    private var next: [TopicPartition: Int64]

    /// How long the brokers may take to return the letters that there are.
    private static let patience = Duration.seconds(30)

    /// - Parameter matches: whether a letter is one of the command's.
    /// - Throws: `CommandError` if the topic does not exist.
    public init(
        _ context: CommandContext,
        matches: @escaping @Sendable (RecordedDeadLetter) -> Bool
    ) async throws {
        let topic = Topic.deadLetters.name(prefix: context.configuration.topicPrefix)
        let partitionCount = try await context.configuration.partitionCount(of: topic)
        probe = try context.configuration.observer()
        consumer = try context.configuration.observer()
        next = try await probe.endOffsets((0..<partitionCount).map { TopicPartition(topic, $0) })
        try await consumer.assign(next.mapValues { .some($0) })
        self.matches = matches
    }

    /// How many letters of the command there are so far. A letter that was delivered twice counts once.
    ///
    /// - Throws: `CommandError` if the brokers do not return them.
    public func count() async throws -> Int {
        let ends = try await probe.endOffsets(Array(next.keys))
        var deadline = ContinuousClock.now + Self.patience
        while ends.contains(where: { $0.value > next[$0.key] ?? 0 }) {
            guard ContinuousClock.now < deadline else {
                throw CommandError("dead.letters has messages, but the brokers return none")
            }
            let messages = try await consumer.poll(limit: 500, timeout: .milliseconds(100))
            if !messages.isEmpty { deadline = .now + Self.patience }
            for message in messages { next[message.source] = message.offset + 1 }
            seen.formUnion(messages.compactMap(RecordedDeadLetter.init).filter(matches).map(\.position))
        }
        return seen.count
    }
}

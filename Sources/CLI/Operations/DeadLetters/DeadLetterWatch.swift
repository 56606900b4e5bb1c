import Kafka
import Messages
import TopicReading
import WorkerRuntime

/// Reads the letters that reach dead.letters after the watch was created, and keeps those that matter to a command.
///
/// Other commands and live races have dead letters too: a command must not count those as its own.
public actor DeadLetterWatch {
    private let consumer: KafkaConsumer
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
        let consumer = try context.configuration.observer()
        var ends: [TopicPartition: Int64] = [:]
        for number in 0..<(try await context.configuration.partitionCount(of: topic)) {
            let partition = TopicPartition(topic, number)
            ends[partition] = try await consumer.watermarks(partition).high
        }
        try await consumer.assign(ends.mapValues { .some($0) })
        next = ends
        self.consumer = consumer
        self.matches = matches
    }

    /// How many letters of the command there are so far. A letter that was delivered twice counts once.
    ///
    /// - Throws: `CommandError` if the brokers do not return them.
    public func count() async throws -> Int {
        var ends: [TopicPartition: Int64] = [:]
        for partition in next.keys { ends[partition] = try await consumer.watermarks(partition).high }
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

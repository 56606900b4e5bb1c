import Kafka
import Messages
import ModelingStore
import Racing
import TopicReading
import WorkerRuntime

/// The letters of dead.letters, with what became of each of them.
public struct DeadLetterBox: Sendable {
    private let context: CommandContext

    /// How often a message may be redriven before it takes --force: it fails each time for the same reason.
    public static let redriveLimit = 3
    private static let batchSize = 500

    public init(_ context: CommandContext) { self.context = context }

    /// Reads the selected letters, oldest first. Copies of a letter count as one.
    public func read(_ selection: DeadLetterSelection) async throws -> [DeadLetterEntry] {
        let actions = try await context.pool.withConnection { try await DeadLetterStore.read($0) }
        let topic = Topic.deadLetters.name(prefix: context.configuration.topicPrefix)
        let scan = try await TopicScan(context.configuration, topic: topic)
        var entries: [MessagePosition: DeadLetterEntry] = [:]
        while case let messages = try await scan.next(limit: 1000), !messages.isEmpty {
            for letter in messages.compactMap(RecordedDeadLetter.init) {
                let copies = (entries[letter.position]?.copies ?? 0) + 1
                let state = Self.state(of: letter, actions[letter.position.key])
                entries[letter.position] = DeadLetterEntry(letter: letter, copies: copies, state: state)
            }
        }
        return entries.values.filter(selection.includes).sorted {
            ($0.at, $0.letter.position) < ($1.at, $1.letter.position)
        }
    }

    /// A letter that is younger than the action at its position is another one.
    private static func state(of letter: RecordedDeadLetter, _ action: DeadLetterStore.Entry?) -> DeadLetterEntry.State
    {
        guard let action, action.at.microseconds >= letter.at else { return .open }
        return action.action == .redriven ? .redriven : .dropped
    }

    /// Sends the original messages to their topics again, in the order in which they were there, and records that.
    ///
    /// If this is interrupted, some messages may be sent again: handling a message twice gives the same result.
    public func redrive(_ entries: [DeadLetterEntry]) async throws {
        let ordered = entries.sorted { $0.letter.position < $1.letter.position }
        let producer = try context.producer()
        for start in stride(from: 0, to: ordered.count, by: Self.batchSize) {
            let batch = ordered[start..<min(start + Self.batchSize, ordered.count)]
            try await producer.send(batch.map(\.letter.redriven))
            try await record(.redriven, Array(batch))
        }
    }

    /// Records that nothing will be done about these letters. They stay in dead.letters until its retention ends.
    public func drop(_ entries: [DeadLetterEntry]) async throws { try await record(.dropped, entries) }

    private func record(_ action: DeadLetterStore.Action, _ entries: [DeadLetterEntry]) async throws {
        let keys = entries.map(\.letter.position.key)
        try await context.retryingPool.withConnection { connection in
            try await DeadLetterStore.record(action, keys, by: Console.operatorName, connection)
        }
    }

    /// Why a letter cannot be redriven; `nil` if it can.
    ///
    /// A live request would be answered with what racing.* holds now, as if that had been known at its time.
    public func obstacle(to entry: DeadLetterEntry, force: Bool) -> String? {
        let letter = entry.letter
        if letter.isPayloadLeftOut { return "it has no payload" }
        if letter.position.source.topic == Topic.raceRequests.name(prefix: context.configuration.topicPrefix) {
            return "a live request is not answered later: use backfill"
        }
        guard force || letter.redrives < Self.redriveLimit else {
            return "it was redriven \(letter.redrives) times: see --force"
        }
        return nil
    }

    /// The payload of a letter as JSON; `nil` if it cannot be decoded.
    public func payload(of letter: RecordedDeadLetter) -> String? {
        let prefix = context.configuration.topicPrefix
        guard let topic = Topic(name: letter.position.source.topic, prefix: prefix), let value = letter.message.value
        else { return nil }
        return try? topic.json(value)
    }
}

extension MessagePosition {
    fileprivate var key: DeadLetterStore.Key {
        DeadLetterStore.Key(topic: source.topic, partition: source.partition, offset: offset)
    }
}

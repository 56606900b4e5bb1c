import CanonicalForm
import Messages
import ModelingStore
import TopicReading

/// What a replay sends again.
public struct ReplaySelection: Sendable {
    public let topic: Topic
    public let from: ScanBound
    /// The messages from here on are left out.
    public let to: ScanBound?
    /// The keys to replay; empty for all of them.
    public let keys: Set<String>
    /// Scores recorded features with this model, as a shadow.
    public let model: RegisteredModel?
    /// Why the live rows are replaced; `nil` leaves them as they are.
    public let correction: String?

    /// - Throws: `CommandError` if the topic cannot be replayed.
    public init(
        topic: Topic,
        from: ScanBound,
        to: ScanBound?,
        keys: Set<String>,
        model: RegisteredModel? = nil,
        correction: String? = nil
    ) throws(CommandError) {
        guard TopicConsumer(topic) != nil else {
            let remedy =
                topic == .deadLetters
                ? "use `giddyup dead-letters redrive`" : "nothing of it is handled again"
            throw CommandError("\(topic.rawValue) cannot be replayed: \(remedy)")
        }
        if let model {
            guard [.raceFeatures, .raceFeaturesBackfill].contains(topic) else {
                throw CommandError("another model scores recorded features: --model needs race.features")
            }
            try model.requireBundle()
        }
        if correction != nil {
            guard topic == .raceFeatures, model == nil else {
                throw CommandError("a correction scores recorded features again: --correct needs race.features alone")
            }
        }
        self.topic = topic
        self.from = from
        self.to = to
        self.keys = keys
        self.model = model
        self.correction = correction
    }

    /// The arguments in a canonical form, which identifies an interrupted replay.
    func identity(prefix: String) throws -> String {
        try CanonicalJSON.text([
            "topic": topic.name(prefix: prefix), "from": "\(from)", "to": to.map { "\($0)" } ?? "",
            "only": keys.sorted().joined(separator: ","), "model": model.map { "\($0.modelID)" } ?? "",
            "correct": correction ?? "",
        ])
    }

    /// Whether it sends requests, which are answered with what racing.* holds now.
    public var sendsRequests: Bool { [.raceRequests, .raceRequestsBackfill].contains(topic) }

    /// Whether the topic exists on both lanes.
    var hasLanes: Bool {
        [.raceRequests, .raceFeatures, .raceSignals].contains { [$0, $0.backfill].contains(topic) }
    }

    /// The workers that a replay needs.
    public var workers: [String] { consumers.map(\.worker) }

    /// Who consumes what the replay sends, and who consumes what those produce.
    var consumers: [TopicConsumer] { TopicConsumer(topic.backfill)?.chain ?? [] }
}

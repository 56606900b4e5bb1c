import Messages
import WorkerRuntime

/// Which worker consumes a topic, and what it produces from it.
public struct TopicConsumer: Sendable {
    public let topic: Topic
    /// The program.
    public let worker: String
    /// The name of the loop in the consumer group, if it is not the program's.
    private var loopName: String?
    private var loop: String?
    /// The topic that it produces to, if another worker consumes it.
    public let next: Topic?

    /// - Returns: `nil` if no worker of the fleet consumes the topic in a group.
    public init?(_ topic: Topic) {
        self.topic = topic
        switch topic {
        case .raceRequests, .raceRequestsBackfill:
            worker = "feature-builder"
            next = topic == .raceRequests ? .raceFeatures : .raceFeaturesBackfill
        case .raceFeatures, .raceFeaturesBackfill:
            worker = "scorer"
            next = topic == .raceFeatures ? .raceSignals : .raceSignalsBackfill
        case .raceSignals, .raceSignalsBackfill:
            worker = "publisher"
            next = nil
        case .datasetRequests:
            worker = "feature-builder"
            loop = "datasets"
            next = nil
        case .trainingRequests:
            worker = "trainer"
            next = nil
        case .betPlacements, .raceSettlements, .raceWithdrawals:
            worker = "clv-tracker"
            loopName = "clv-tracker." + (topic.rawValue.split(separator: ".").last ?? "")
            next = nil
        case .datasetParts, .modelVersions, .deadLetters: return nil
        }
    }

    /// The consumer, and those behind it.
    public var chain: [TopicConsumer] { [self] + (next.flatMap(TopicConsumer.init)?.chain ?? []) }

    public func group(_ configuration: RuntimeConfiguration) -> String {
        ConsumerGroup.name(
            worker: loopName ?? worker,
            loop: loop,
            isBackfill: [.raceRequestsBackfill, .raceFeaturesBackfill, .raceSignalsBackfill].contains(topic),
            prefix: configuration.topicPrefix,
            base: configuration.groupID
        )
    }
}

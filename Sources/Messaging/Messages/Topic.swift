/// The fleet's topics, without the prefix `TOPIC_PREFIX`.
public enum Topic: String, Sendable, CaseIterable {
    case raceRequests = "race.requests"
    case raceFeatures = "race.features"
    case raceSignals = "race.signals"
    case raceRequestsBackfill = "race.requests.backfill"
    case raceFeaturesBackfill = "race.features.backfill"
    case raceSignalsBackfill = "race.signals.backfill"
    case datasetRequests = "dataset.requests"
    case datasetParts = "dataset.parts"
    case trainingRequests = "training.requests"
    case modelVersions = "model.versions"
    case betPlacements = "bet.placements"
    case raceSettlements = "race.settlements"
    case raceWithdrawals = "race.withdrawals"
    case deadLetters = "dead.letters"

    public func name(prefix: String) -> String { prefix + rawValue }

    /// The topic that carries these messages on the backfill lane; the topic itself if it has no such lane.
    public var backfill: Topic {
        switch self {
        case .raceRequests: .raceRequestsBackfill
        case .raceFeatures: .raceFeaturesBackfill
        case .raceSignals: .raceSignalsBackfill
        default: self
        }
    }

    /// The topic of race requests for a lane.
    public static func requests(_ origin: Origin) -> Topic {
        origin == .backfill ? .raceRequestsBackfill : .raceRequests
    }

    /// The topic of race features for a lane.
    public static func features(_ origin: Origin) -> Topic {
        origin == .backfill ? .raceFeaturesBackfill : .raceFeatures
    }

    /// The topic of race signals for a lane.
    public static func signals(_ origin: Origin) -> Topic {
        origin == .backfill ? .raceSignalsBackfill : .raceSignals
    }
}

/// The topics, without the prefix that a shared cluster may ask for.
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

    /// The lane that a race's messages travel on.
    public static func requests(_ origin: Origin) -> Topic { origin == .backfill ? .raceRequestsBackfill : .raceRequests }
    public static func features(_ origin: Origin) -> Topic { origin == .backfill ? .raceFeaturesBackfill : .raceFeatures }
    public static func signals(_ origin: Origin) -> Topic { origin == .backfill ? .raceSignalsBackfill : .raceSignals }
}

import SwiftProtobuf

extension Topic {
    /// The message that the topic carries; `nil` for dead.letters, which carries any.
    public var contract: (any Contract.Type)? {
        switch self {
        case .raceRequests, .raceRequestsBackfill: RaceRequest.self
        case .raceFeatures, .raceFeaturesBackfill: RaceFeatures.self
        case .raceSignals, .raceSignalsBackfill: RaceSignals.self
        case .datasetRequests: DatasetRequest.self
        case .datasetParts: DatasetPart.self
        case .trainingRequests: TrainingRequest.self
        case .modelVersions: ModelVersion.self
        case .betPlacements: BetPlacement.self
        case .raceSettlements: RaceSettlement.self
        case .raceWithdrawals: RunnerWithdrawal.self
        case .deadLetters: nil
        }
    }

    /// - Parameter name: with the prefix; `nil` if it is not a topic of the fleet.
    public init?(name: String, prefix: String) {
        guard name.hasPrefix(prefix) else { return nil }
        self.init(rawValue: String(name.dropFirst(prefix.count)))
    }

    /// Renders a payload as JSON (the protobuf JSON mapping), for people.
    ///
    /// - Throws: `ContractError` if the bytes are not a message of this topic.
    public func json(_ bytes: [UInt8]) throws(ContractError) -> String {
        guard let contract else { throw ContractError("\(rawValue) carries no message of its own") }
        do { return try contract.init(serializedBytes: bytes).jsonString() } catch {
            throw ContractError("the payload is not a \(contract.protoMessageName): \(error)", isUndecodable: true)
        }
    }
}

// The generated names contain the package and its version. The rest of the project uses these short names.
public typealias Origin = Giddyup_V1_Origin
public typealias ModelReference = Giddyup_V1_ModelReference
public typealias RaceRequest = Giddyup_V1_RaceRequest
public typealias RaceFeatures = Giddyup_V1_RaceFeatures
public typealias RaceDescription = Giddyup_V1_RaceDescription
public typealias RunnerFeatures = Giddyup_V1_RunnerFeatures
public typealias Price = Giddyup_V1_Price
public typealias Signal = Giddyup_V1_Signal
public typealias RaceSignals = Giddyup_V1_RaceSignals
public typealias RaceSettlement = Giddyup_V1_RaceSettlement
public typealias RunnerResult = Giddyup_V1_RunnerResult
public typealias RunnerWithdrawal = Giddyup_V1_RunnerWithdrawal
public typealias BetPlacement = Giddyup_V1_BetPlacement
public typealias TrainingRequest = Giddyup_V1_TrainingRequest
public typealias DatasetRequest = Giddyup_V1_DatasetRequest
public typealias DatasetPart = Giddyup_V1_DatasetPart
public typealias ModelVersion = Giddyup_V1_ModelVersion

extension Origin {
    /// The value of `modeling.signals.origin`.
    public var name: String { self == .backfill ? "backfill" : "live" }

    /// Whether the origin is one of the two lanes, and not an unset or unknown value.
    var isLane: Bool { self == .live || self == .backfill }
}

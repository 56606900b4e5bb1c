/// A summary of the schema `modeling` and of the workers that write it.
public struct FleetStatus: Sendable, Equatable {
    /// The number of the newest applied migration; 0 if there is none.
    public let migration: Int
    /// Workers alive, by worker name.
    public let workers: [String: Int]
    /// Row counts of the tables `models`, `signals`, `bets`, `results` and `ticks`; empty if they were not read.
    public internal(set) var rows: [String: Int]
    /// The limits in force; `nil` if none were applied.
    public let limits: StakingLimits?
    /// Bets that have an `unsettled_reason`.
    public let unsettledBets: Int
    /// Models that live requests name: those in production, and challengers in shadow.
    public let activeModels: [RegisteredModel]
}

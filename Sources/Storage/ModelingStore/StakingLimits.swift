import Betting

/// The daily limits that the view `modeling.actionable_signals` applies.
public struct StakingLimits: Sendable, Equatable, Codable {
    /// The maximum total stake on the races of one day, in units.
    public let dayUnits: Double
    /// The loss on one day, in units, after which nothing more is bet that day.
    public let stopUnits: Double

    /// Derives the limits from a policy, whose values are shares of the bankroll.
    public init(_ policy: StakingPolicy) {
        dayUnits = policy.maximumPerDay * policy.bankrollUnits
        stopUnits = policy.dailyStopLoss * policy.bankrollUnits
    }

    init(dayUnits: Double, stopUnits: Double) {
        self.dayUnits = dayUnits
        self.stopUnits = stopUnits
    }
}

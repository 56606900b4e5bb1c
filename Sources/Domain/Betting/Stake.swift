/// An advised stake and the gates that lowered it.
public struct Stake: Sendable, Equatable {
    /// The full Kelly fraction of the bankroll, staking all runners of the race jointly.
    public var kellyFraction: Double
    /// The advised stake, in units.
    public var units: Double
    /// Whether enough has traded on the runner for a bet to be matched.
    public var isLiquid: Bool
    /// The gates that lowered the stake, in words.
    public var gates: [String]

    public init(kellyFraction: Double, units: Double, isLiquid: Bool, gates: [String]) {
        self.kellyFraction = kellyFraction
        self.units = units
        self.isLiquid = isLiquid
        self.gates = gates
    }
}

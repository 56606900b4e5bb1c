import Betting
import Racing

/// A bet that is not settled, or whose race's result changed after it was settled.
public struct OpenBet: Sendable, Equatable {
    public let betID: Int64
    public let at: Instant
    public let raceID: Int64
    public let horseID: Int64
    public let type: BetType
    /// Decimal odds taken.
    public let odds: Double
    /// Stake in units.
    public let stake: Double
    public let source: String
    /// The each-way or place terms of this bet; `nil` if the standard terms apply.
    public let terms: EachWayTerms?
    /// The rule of the bet's source when the bet was recorded; `nil` for bets recorded before rules were stored.
    public let rule: StakingPolicy.Source?

    public init(
        betID: Int64,
        at: Instant,
        raceID: Int64,
        horseID: Int64,
        type: BetType,
        odds: Double,
        stake: Double,
        source: String = "",
        terms: EachWayTerms? = nil,
        rule: StakingPolicy.Source? = nil
    ) {
        self.betID = betID
        self.at = at
        self.raceID = raceID
        self.horseID = horseID
        self.type = type
        self.odds = odds
        self.stake = stake
        self.source = source
        self.terms = terms
        self.rule = rule
    }
}

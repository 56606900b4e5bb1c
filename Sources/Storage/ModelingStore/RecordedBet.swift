import Betting
import Racing

/// A row of `modeling.bets`, with its settlement and CLV.
public struct RecordedBet: Sendable, Equatable {
    public let ref: String
    public let at: Instant
    public let raceID: Int64
    public let horseID: Int64
    public let type: BetType
    /// Decimal odds taken.
    public let odds: Double
    /// Stake in units.
    public let stake: Double
    public let source: String
    public let closingOdds: Double?
    public let closingSource: String?
    /// ln(taken / closing); `nil` if it cannot be measured.
    public let clv: Double?
    /// Profit in units; `nil` if the bet is not settled.
    public let profit: Double?
    public let unsettledReason: String?
}

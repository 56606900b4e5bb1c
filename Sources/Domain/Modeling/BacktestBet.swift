import Betting
import Racing

/// A settled bet of a backtest.
public struct BacktestBet: Sendable, Equatable {
    public let day: CalendarDay
    public let raceID: Int64
    public let horseID: Int64
    /// The model's win probability; `nil` if a rule placed the bet.
    public let probability: Double?
    /// Decimal odds taken.
    public let odds: Double
    /// Stake in units.
    public let stake: Double
    /// Profit before commission, in units.
    public let grossProfit: Double
    /// Profit after commission, in units.
    public let profit: Double
    /// ln(taken / closing); `nil` if it cannot be measured.
    public let clv: Double?
    /// Whether any part of the stake was paid.
    public let won: Bool

    /// - Parameters:
    ///   - stake: the stake in units.
    ///   - share: the part of the stake that is paid, 0 to 1; less than 1 in a dead heat.
    ///   - commission: the share taken from net winnings.
    ///   - closing: decimal closing odds.
    public init(
        day: CalendarDay,
        raceID: Int64,
        horseID: Int64,
        probability: Double?,
        odds: Double,
        stake: Double,
        share: Double,
        commission: Double,
        closing: Double?
    ) {
        self.day = day
        self.raceID = raceID
        self.horseID = horseID
        self.probability = probability
        self.odds = odds
        self.stake = stake
        grossProfit = Settlement.profit(stake: stake, odds: odds, paidShare: share, commission: 0)
        profit = Settlement.profit(stake: stake, odds: odds, paidShare: share, commission: commission)
        clv = closing.map { ClosingLineValue.logRatio(taken: odds, closing: $0) }
        won = share > 0
    }
}

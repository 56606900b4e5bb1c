import Betting
import Racing

/// A bet of a backtest: what was taken, and what came of it.
public struct BacktestBet: Sendable, Equatable {
    public let day: CalendarDay
    public let raceID: Int64
    public let horseID: Int64
    /// nil: taken by a rule, not by a model.
    public let probability: Double?
    /// Decimal, as taken.
    public let odds: Double
    public let stake: Double
    /// Before commission, and after it.
    public let grossProfit: Double
    public let profit: Double
    /// ln(taken / closing); nil where it cannot be measured.
    public let clv: Double?
    public let won: Bool

    public init(
        day: CalendarDay, raceID: Int64, horseID: Int64, probability: Double?, odds: Double, stake: Double, share: Double, commission: Double,
        closing: Double?
    ) {
        self.day = day
        self.raceID = raceID
        self.horseID = horseID
        self.probability = probability
        self.odds = odds
        self.stake = stake
        grossProfit = Settlement.profit(stake, odds, share, 0)
        profit = Settlement.profit(stake, odds, share, commission)
        clv = closing.map { ClosingLineValue.logRatio(taken: odds, closing: $0) }
        won = share > 0
    }
}

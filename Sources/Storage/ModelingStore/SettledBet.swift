/// The outcome of settling one bet.
public struct SettledBet: Sendable, Equatable {
    public let betID: Int64
    /// Profit in units; `nil` if the bet stays unsettled, see `unsettledReason`.
    public let profit: Double?
    /// Decimal odds after reductions.
    public let odds: Double?
    public let closingOdds: Double?
    public let closingSource: String?
    public let clv: Double?
    public let unsettledReason: String?

    public init(
        betID: Int64,
        profit: Double?,
        odds: Double? = nil,
        closingOdds: Double?,
        closingSource: String?,
        clv: Double?,
        unsettledReason: String?
    ) {
        self.betID = betID
        self.profit = profit
        self.odds = odds
        self.closingOdds = closingOdds
        self.closingSource = closingSource
        self.clv = clv
        self.unsettledReason = unsettledReason
    }
}

import Betting

/// The bets that a staking policy or a selection rule would have made in a window, and their result.
public struct BacktestOutcome: Encodable, Sendable {
    /// The model, or the rule and its prices.
    public let what: String
    /// First and last day, as YYYY-MM-DD.
    public let from: String
    public let to: String
    /// The number of races without a result, or with a late withdrawal whose reduction is unknown.
    public let leftOut: Int
    public let summary: BacktestSummary
    public let regression: ClosingLineRegression?
    /// The stakes that each gate removed.
    public let removed: [Backtest.Removed]

    public init(
        what: String,
        from: String,
        to: String,
        leftOut: Int,
        summary: BacktestSummary,
        regression: ClosingLineRegression?,
        removed: [Backtest.Removed]
    ) {
        self.what = what
        self.from = from
        self.to = to
        self.leftOut = leftOut
        self.summary = summary
        self.regression = regression
        self.removed = removed
    }
}

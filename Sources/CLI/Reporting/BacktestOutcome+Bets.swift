import Betting
import Foundation
import Modeling

extension BacktestOutcome {
    /// Summarises the bets of a staking policy on a model's signals.
    ///
    /// - Parameters:
    ///   - model: name and version of the model.
    ///   - first: the first day of the window, as YYYY-MM-DD.
    ///   - last: the last day of the window, as YYYY-MM-DD.
    public init(_ backtest: Backtest, model: String, from first: String, to last: String) {
        self.init(
            what: model,
            from: first,
            to: last,
            leftOut: backtest.leftOut,
            summary: BacktestSummary(backtest.bets),
            regression: ClosingLineRegression(backtest.bets.compactMap(\.observation)),
            removed: backtest.removed
        )
    }

    /// Summarises the bets of a selection rule at the morning prices.
    ///
    /// - Parameters:
    ///   - leftOut: the number of races without a result, or with a late withdrawal.
    ///   - first: the first day of the window, as YYYY-MM-DD.
    ///   - last: the last day of the window, as YYYY-MM-DD.
    public init(
        _ bets: [BacktestBet],
        rule: SelectionRule,
        leftOut: Int,
        from first: String,
        to last: String
    ) {
        self.init(
            what: "rule \(rule.rawValue), the morning price, BSP as the close",
            from: first,
            to: last,
            leftOut: leftOut,
            summary: BacktestSummary(bets),
            regression: nil,
            removed: []
        )
    }
}

extension BacktestBet {
    /// The bet as the closing line regression takes it; `nil` without a probability or a closing line.
    fileprivate var observation: ClosingLineRegression.Observation? {
        guard let probability, let clv else { return nil }
        return ClosingLineRegression.Observation(
            race: raceID,
            probability: probability,
            taken: odds,
            closing: odds / exp(clv)
        )
    }
}

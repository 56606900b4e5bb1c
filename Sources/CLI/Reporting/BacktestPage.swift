import Betting
import Modeling

/// The page of `giddyup report backtest`.
public struct BacktestPage: Sendable {
    public let outcome: BacktestOutcome
    private let bets: [BacktestBet]
    private var summary: BacktestSummary { outcome.summary }

    /// - Parameter bets: the bets that `outcome` summarises, in any order.
    public init(outcome: BacktestOutcome, bets: [BacktestBet]) {
        self.outcome = outcome
        self.bets = bets
    }

    /// The result and its verdict in one line.
    public var summaryLine: String {
        guard let roi = summary.roi else { return "Nothing was bet. \(summary.verdict)" }
        let facts = [
            "\(summary.bets) bets in \(summary.races) races",
            "\(Figure.fixed(summary.turnover, decimals: 1)) units turned over",
            "profit \(Figure.signed(summary.profit, decimals: 2)) "
                + "(\(Figure.signed(summary.grossProfit, decimals: 2)) before commission)",
            "return \(Figure.signedPercent(roi, error: summary.roiSE, decimals: 2))",
            "drawdown \(Figure.fixed(summary.drawdown, decimals: 1)) units",
        ]
        return "\(facts.joined(separator: ", ")). \(summary.verdict)"
    }

    public func html() -> String {
        var page = HTMLPage(title: "Backtest: \(outcome.what), \(outcome.from) to \(outcome.to)")
        let leftOut =
            outcome.leftOut > 0
            ? " \(outcome.leftOut) races are left out: no result, or a late withdrawal whose reduction is unknown." : ""
        page.paragraph(summaryLine + leftOut)
        addClosingLine(to: &page)
        addProfit(to: &page)
        addDeciles(to: &page)
        addGates(to: &page)
        return page.html
    }

    private func addClosingLine(to page: inout HTMLPage) {
        page.heading("Did the prices beat the closing line?")
        guard let clv = summary.clv else {
            page.paragraph("CLV is not measurable: the only price is the closing one.")
            return
        }
        page.paragraph(
            "Mean ln(taken/closing) \(Figure.signed(clv, error: summary.clvSE)) over \(summary.clvBets) bets "
                + "(standard errors clustered by race). The mean measures only the drift of the market; the regression "
                + "shows whether the market moved towards the model."
        )
        if let regression = outcome.regression {
            page.paragraph(
                "Regression of ln(taken/closing) on ln(p × taken): slope "
                    + Figure.signed(regression.slope, error: regression.slopeSE, decimals: 3)
                    + ", intercept \(Figure.signed(regression.intercept, error: regression.interceptSE)), "
                    + "\(regression.races) races: \(regression.verdict)."
            )
        }
        page.chart(
            Histogram(bets.compactMap(\.clv))
                .chart(title: "CLV of the bets", xLabel: "ln(taken / closing)", yLabel: "bets")
        )
    }

    private func addProfit(to page: inout HTMLPage) {
        page.heading("Profit and loss")
        let ordered = bets.sorted { ($0.day, $0.raceID, $0.horseID) < ($1.day, $1.raceID, $1.horseID) }
        page.chart(ProfitChart("Running profit", profits: ordered.map(\.profit), xLabel: "bets, in order").chart)
    }

    private func addDeciles(to page: inout HTMLPage) {
        guard !summary.deciles.isEmpty else { return }
        page.heading("Actual over expected")
        page.table(
            ["probability", "bets", "expected winners", "actual", "A/E"],
            summary.deciles.map { decile in
                [
                    Figure.fixed(decile.probability, decimals: 3),
                    "\(decile.bets)",
                    Figure.fixed(decile.expected, decimals: 1),
                    Figure.fixed(decile.actual, decimals: 0),
                    Figure.fixed(decile.actual / decile.expected, decimals: 2),
                ]
            },
            numeric: [0, 1, 2, 3, 4]
        )
    }

    private func addGates(to page: inout HTMLPage) {
        guard !outcome.removed.isEmpty else { return }
        page.heading("What each gate removed")
        page.paragraph(
            "Units removed from the fractional Kelly stakes, and the profit that they would have made at the prices of "
                + "the signals. A bet that a gate only reduced is not counted."
        )
        page.table(
            ["gate", "bets", "units", "profit"],
            outcome.removed.map { removed in
                [
                    removed.gate,
                    "\(removed.bets)",
                    Figure.units(removed.units),
                    Figure.signed(removed.profit, decimals: 2),
                ]
            },
            numeric: [1, 2, 3]
        )
    }
}

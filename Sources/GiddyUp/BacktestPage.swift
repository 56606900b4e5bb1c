import Foundation
import Modelling
import Reporting

/// The page of `giddyup report backtest`.
struct BacktestPage {
    let outcome: ReportCommand.Backtest.Outcome
    let bets: [BacktestBet]

    static func line(_ s: BacktestSummary) -> String {
        guard let roi = s.roi else { return "Nothing was bet." }
        return String(
            format: "%d bets in %d races, %.1f units turned over, profit %+.2f (%+.2f before commission), return %+.2f %% ± %@, drawdown %.1f units.",
            s.bets,
            s.races, s.turnover, s.profit, s.grossProfit, roi * 100, s.roiSE.map { String(format: "%.2f", $0 * 100) } ?? "?", s.drawdown)
    }

    func html() -> String {
        var page = HTMLPage(title: "Backtest: \(outcome.what), \(outcome.from) to \(outcome.to)")
        let s = outcome.summary
        page.paragraph(
            Self.line(s) + " " + s.verdict
                + (outcome.leftOut > 0 ? " \(outcome.leftOut) races are left out: no result, or a late withdrawal whose reduction is not known." : "")
        )
        page.heading("Did the prices beat the closing line?")
        if let clv = s.clv {
            page.paragraph(
                String(
                    format: "Mean ln(taken/closing) %+.4f ± %@ over %d bets (standard errors clustered by race).", clv,
                    s.clvSE.map { String(format: "%.4f", $0) } ?? "?", s.clvBets)
                    + " This alone says how the market drifted; the regression below says whether it moved the model's way.")
            if let r = outcome.regression {
                page.paragraph(
                    String(
                        format: "ln(taken/closing) on ln(p × taken): slope %+.3f ± %.3f, level %+.4f ± %.4f, %d races: ", r.slope, r.slopeSE,
                        r.intercept, r.interceptSE, r.races) + r.verdict + ".")
            }
            page.chart(
                Chart(
                    title: "CLV of the bets", xLabel: "ln(taken / closing)", yLabel: "bets",
                    series: [Chart.Series("", .bars, colour: "#2a9d8f", points: DemoReport.histogram(bets.compactMap(\.clv)))]))
        } else {
            page.paragraph("CLV is not measurable: the only price is the closing one.")
        }
        page.heading("Profit and loss")
        var running = 0.0
        let path = bets.sorted { ($0.day, $0.raceID, $0.horseID) < ($1.day, $1.raceID, $1.horseID) }.enumerated().map { index, bet in
            running += bet.profit
            return (x: Double(index + 1), y: running)
        }
        let step = max(1, path.count / 2000)
        page.chart(
            Chart(
                title: "Running profit", xLabel: "bets, in order", yLabel: "units",
                series: [
                    Chart.Series(
                        "", .line, colour: "#d1495b",
                        points: [(0, 0)] + path.enumerated().filter { $0.offset % step == 0 || $0.offset == path.count - 1 }.map(\.element))
                ]))
        if !s.deciles.isEmpty {
            page.heading("Actual over expected")
            page.table(
                ["probability", "bets", "expected winners", "actual", "A/E"],
                s.deciles.map {
                    [
                        String(format: "%.3f", $0.probability), "\($0.bets)", String(format: "%.1f", $0.expected), String(format: "%.0f", $0.actual),
                        String(format: "%.2f", $0.actual / $0.expected),
                    ]
                }, numeric: [0, 1, 2, 3, 4])
        }
        if !outcome.removed.isEmpty {
            page.heading("What each gate kept back")
            page.paragraph("Of the fractional Kelly stakes; profit is what they would have earned at the prices of the signals.")
            page.table(
                ["gate", "bets", "units", "profit"],
                outcome.removed.map { [$0.gate, "\($0.bets)", String(format: "%.2f", $0.units), String(format: "%+.2f", $0.profit)] },
                numeric: [1, 2, 3])
        }
        return page.html
    }
}

import Foundation
import ModelingStore
import Modelling
import Reporting

/// `demo/report.html`: whether the probabilities are right, whether the prices beat the closing line, and what the stakes earned.
struct DemoReport {
    let summary: DemoSummary
    /// The signals of the window that advised a stake.
    let staked: [StakedSignal]
    let cards: DemoCards
    let bets: [RecordedBet]

    func html() -> String {
        let outcome = summary.evaluation
        var page = HTMLPage(title: "GiddyUp: \(outcome.model) on \(summary.data) data")
        page.paragraph(
            "\(summary.races) races and \(summary.runners) runners loaded. Signals of \(outcome.from) to \(outcome.to), days after the model's training, are judged; then \(summary.raceDay) was played as a race day."
                + (summary.data == "simulated" ? " This is a simulated world: no horse, course or price in it is real." : ""))
        probabilities(&page)
        closingLine(&page)
        raceDay(&page)
        return page.html
    }

    private func probabilities(_ page: inout HTMLPage) {
        let e = summary.evaluation.evaluation
        page.heading("Are the probabilities right?")
        func number(_ value: Double) -> String { String(format: "%.4f", value) }
        let rows = [
            ("1/n", e.logLoss.uniform, e.pseudoR2.uniform), ("market", e.logLoss.market, e.pseudoR2.market),
            ("model alone", e.logLoss.model, e.pseudoR2.model),
            ("blend (what is bet on)", e.logLoss.blend, e.pseudoR2.blend),
        ]
        page.table(["", "log loss, nats per race", "pseudo-R2"], rows.map { [$0, number($1), number($2)] }, numeric: [1, 2])
        page.paragraph(
            "\(e.races) races, \(e.runners) runners. The blend's gain over the market is \(number(e.blendGain)) ± \(number(e.blendGainSE)) nats (standard error): \(Self.verdict(e.blendGain, e.blendGainSE)). Calibration error \(number(e.ece))."
                + (e.leftOut.isEmpty
                    ? ""
                    : " Left out: " + e.leftOut.sorted { $0.key < $1.key }.map { "\($0.value) races for \($0.key)" }.joined(separator: ", ") + "."))
        page.chart(Self.calibration(e))
    }

    static func calibration(_ e: Evaluation) -> Chart {
        let top = max(e.calibration.map(\.high).max() ?? 1, e.calibration.map(\.predicted).max() ?? 1)
        return Chart(
            title: "Calibration of the blend, by tenth of the runners", xLabel: "predicted probability", yLabel: "share that won, 95 % interval",
            series: [
                Chart.Series("perfect", .line, colour: "#9aa3af", points: [(0, 0), (top, top)]),
                Chart.Series(
                    "observed", .points, colour: "#1f77b4", points: e.calibration.map { ($0.predicted, $0.observed) },
                    intervals: e.calibration.map { ($0.low, $0.high) }),
            ])
    }

    private func closingLine(_ page: inout HTMLPage) {
        let e = summary.evaluation.evaluation
        page.heading("Do the prices beat the closing line, and what did the stakes earn?")
        guard let roi = e.roi else {
            page.paragraph("Nothing was staked in the window: no edge passed the staking policy's gates. There is no CLV and no return to show.")
            return
        }
        page.paragraph(
            String(
                format: "%d stakes, %.1f units turned over, profit %+.2f units, return %+.1f %% ± %@ (standard error).", e.staked, e.turnover,
                e.profit,
                roi * 100, e.roiSE.map { String(format: "%.1f", $0 * 100) } ?? "?")
                + (e.clv.map {
                    String(format: " Mean CLV ln(taken/closing) %+.4f ± %@.", $0, e.clvSE.map { String(format: "%.4f", $0) } ?? "?")
                } ?? " CLV is not measurable: the only price is the closing one.")
                + (e.staked < 1000 ? " So few stakes say little about the return; CLV is the quicker measure." : ""))
        var charts: [Chart] = []
        let values = staked.compactMap(\.clv)
        if !values.isEmpty {
            charts.append(
                Chart(
                    title: "CLV of the staked signals", xLabel: "ln(taken / closing)", yLabel: "signals",
                    series: [Chart.Series("", .bars, colour: "#2a9d8f", points: Self.histogram(values))]))
        }
        charts.append(Self.profitChart("Cumulative profit and loss", staked.map(\.profit), "stakes, in order"))
        page.row(charts)
    }

    private func raceDay(_ page: inout HTMLPage) {
        page.heading("The race day, \(summary.raceDay)")
        if bets.contains(where: { $0.source == DemoBot.paper }) {
            page.paragraph(
                "No stake was advised that day. So that settlement can be seen, one unit was put on the model's first choice of each race, on paper.")
        }
        let names = Dictionary(cards.cards.map { ($0.entry.key.raceID, $0.table.title) }, uniquingKeysWith: { first, _ in first })
        page.table(
            ["Race", "Horse", "Odds", "Stake", "Closing", "CLV", "P&L", "Source"],
            bets.map { bet in
                [
                    names[bet.raceID] ?? "\(bet.raceID)", cards.horses[bet.horseID] ?? "\(bet.horseID)", String(format: "%.2f", bet.odds),
                    String(format: "%.2f", bet.stake),
                    bet.closingOdds.map { String(format: "%.2f (%@)", $0, bet.closingSource ?? "") } ?? "-",
                    bet.clv.map { String(format: "%+.3f", $0) } ?? "not measurable",
                    bet.profit.map { String(format: "%+.2f", $0) } ?? bet.unsettledReason ?? "open", bet.source,
                ]
            }, numeric: [2, 3, 4, 5, 6])
        page.paragraph(String(format: "%d bets, %d settled, profit %+.2f units.", summary.bets, summary.settled, summary.profit))
        let isPaper = bets.contains { $0.source == DemoBot.paper }
        page.chart(
            Self.profitChart(
                "The day's bets: cumulative profit and loss" + (isPaper ? ", on paper" : ""), bets.compactMap(\.profit), "bets, in order"))
        for card in cards.cards { page.card(card.table) }
    }

    private static func profitChart(_ title: String, _ profits: [Double], _ xLabel: String) -> Chart {
        var total = 0.0
        let path =
            [(x: 0.0, y: 0.0)]
            + profits.enumerated().map { index, profit in
                total += profit
                return (x: Double(index + 1), y: total)
            }
        return Chart(title: title, xLabel: xLabel, yLabel: "units", series: [Chart.Series("", .line, colour: "#d1495b", points: path)])
    }

    static func verdict(_ gain: Double, _ error: Double) -> String {
        if abs(gain) <= 2 * error { return "no difference that can be told from noise" }
        return gain > 0 ? "better than the market by more than two standard errors" : "worse than the market by more than two standard errors"
    }

    /// Bins of one width over the range, 20 or so.
    static func histogram(_ values: [Double]) -> [(x: Double, y: Double)] {
        guard let low = values.min(), let high = values.max(), high > low else { return values.isEmpty ? [] : [(values[0], Double(values.count))] }
        let count = min(20, max(5, values.count / 5))
        let width = (high - low) / Double(count)
        var bins = [Double](repeating: 0, count: count)
        for value in values { bins[min(count - 1, Int((value - low) / width))] += 1 }
        return bins.enumerated().map { (low + (Double($0) + 0.5) * width, $1) }
    }
}

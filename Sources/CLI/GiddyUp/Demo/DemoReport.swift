import Modeling
import ModelingStore
import Reporting

/// The page `demo/report.html`: the calibration of the probabilities, the closing line value and the profit.
struct DemoReport {
    let summary: DemoSummary
    /// The signals of the window that advised a stake.
    let staked: [StakedSignal]
    let cards: DemoCards
    let bets: [RecordedBet]

    private var evaluation: Evaluation { summary.evaluation.evaluation }
    private var hasPaperBets: Bool { bets.contains { $0.source == DemoBot.paperSource } }

    func html() -> String {
        let window = summary.evaluation
        var page = HTMLPage(title: "GiddyUp: \(window.model) on \(summary.data) data")
        page.paragraph(
            "\(summary.races) races and \(summary.runners) runners were loaded. The model is evaluated on its signals "
                + "from \(window.from) to \(window.to), after its training days; then \(summary.raceDay) was played as "
                + "a race day."
                + (summary.data == "simulated"
                    ? " This is a simulated world: no horse, course or price in it is real." : "")
        )
        addProbabilities(to: &page)
        addClosingLine(to: &page)
        addRaceDay(to: &page)
        return page.html
    }

    private func addProbabilities(to page: inout HTMLPage) {
        page.heading("Are the probabilities right?")
        page.lossTable(evaluation)
        let size = "\(evaluation.races) races, \(evaluation.runners) runners."
        let error = "Calibration error \(Figure.loss(evaluation.ece))."
        let sentences: [String?] = [size, evaluation.gainSentence, error, evaluation.leftOutSentence]
        page.paragraph(sentences.compactMap(\.self).joined(separator: " "))
        page.chart(CalibrationChart(evaluation).chart)
    }

    private func addClosingLine(to page: inout HTMLPage) {
        page.heading("Do the prices beat the closing line, and what did the stakes earn?")
        guard let roi = evaluation.roi else {
            page.paragraph(
                "Nothing was staked in the window: no edge passed the gates of the staking policy. There is no CLV and "
                    + "no return to show."
            )
            return
        }
        page.paragraph(returns(roi))
        var charts: [Chart] = []
        let values = staked.compactMap(\.clv)
        if !values.isEmpty {
            charts.append(
                Histogram(values)
                    .chart(title: "CLV of the staked signals", xLabel: "ln(taken / closing)", yLabel: "signals")
            )
        }
        charts.append(
            ProfitChart("Cumulative profit and loss", profits: staked.map(\.profit), xLabel: "stakes, in order").chart
        )
        page.row(charts)
    }

    /// The return and the closing line value of the stakes in words.
    private func returns(_ roi: Double) -> String {
        let profit =
            "\(evaluation.staked) stakes, \(Figure.fixed(evaluation.turnover, decimals: 1)) units turned over, "
            + "profit \(Figure.signed(evaluation.profit, decimals: 2)) units, "
            + "return \(Figure.signedPercent(roi, error: evaluation.roiSE)) (standard error)."
        let clv = evaluation.clv.map { clv in
            "Mean CLV ln(taken/closing) \(Figure.signed(clv, error: evaluation.clvSE))."
        }
        var sentences = [profit, clv ?? "CLV is not measurable: the only price is the closing one."]
        if evaluation.staked < 1000 {
            sentences.append("So few stakes say little about the return; CLV needs fewer bets.")
        }
        return sentences.joined(separator: " ")
    }

    private func addRaceDay(to page: inout HTMLPage) {
        page.heading("The race day, \(summary.raceDay)")
        if hasPaperBets {
            page.paragraph(
                "No stake was advised that day. To show the settlement, a paper bet of one unit was placed on the "
                    + "model's first choice of each race."
            )
        }
        let titles = Dictionary(
            cards.cards.map { ($0.race.key.raceID, $0.table.title) },
            uniquingKeysWith: { first, _ in first }
        )
        page.table(
            ["Race", "Horse", "Odds", "Stake", "Closing", "CLV", "P&L", "Source"],
            bets.map { cells($0, titles) },
            numeric: [2, 3, 4, 5, 6]
        )
        page.paragraph(
            "\(summary.bets) bets, \(summary.settled) settled, profit \(Figure.signed(summary.profit, decimals: 2)) "
                + "units."
        )
        page.chart(
            ProfitChart(
                "The day's bets: cumulative profit and loss" + (hasPaperBets ? ", on paper" : ""),
                profits: bets.compactMap(\.profit),
                xLabel: "bets, in order"
            ).chart
        )
        for card in cards.cards { page.card(card.table) }
    }

    /// - Parameter titles: the titles of the race cards, by race.
    private func cells(_ bet: RecordedBet, _ titles: [Int64: String]) -> [String] {
        let profit = bet.profit.map { Figure.signed($0, decimals: 2) }
        return [
            titles[bet.raceID] ?? "\(bet.raceID)",
            cards.horses[bet.horseID] ?? "\(bet.horseID)",
            Figure.fixed(bet.odds, decimals: 2),
            Figure.units(bet.stake),
            bet.closingOdds.map { "\(Figure.fixed($0, decimals: 2)) (\(bet.closingSource ?? "?"))" } ?? "-",
            bet.clv.map { Figure.signed($0, decimals: 3) } ?? "not measurable",
            profit ?? bet.unsettledReason ?? "open",
            bet.source,
        ]
    }
}

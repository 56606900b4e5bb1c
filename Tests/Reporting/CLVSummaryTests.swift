import Foundation
import Reporting
import Testing

@Suite struct CLVSummaryTests {
    private func row(
        race: Int64,
        model: String = "m 1",
        bucket: String = "60m",
        odds: Double,
        probability: Double = 0.25,
        closing: Double = 4,
        clvReturn: Double? = nil
    ) -> CLVPage.Row {
        CLVPage.Row(
            raceID: race,
            model: model,
            bucket: bucket,
            odds: odds,
            probability: probability,
            stake: 0,
            closing: closing,
            closingSource: "BSP",
            clv: log(odds / closing),
            clvReturn: clvReturn
        )
    }

    @Test func `groups by model and lead, then by odds and edge`() {
        let summary = CLVSummary([
            row(race: 2, odds: 12, probability: 0.1),
            row(race: 1, odds: 3.5),
            row(race: 1, model: "a 1", bucket: "staked", odds: 4),
        ])
        let groups = summary.lines.map { "\($0.model), \($0.bucket), \($0.group)" }
        #expect(
            groups == [
                "a 1, staked, all",
                "a 1, staked, odds 4 to 10",
                "a 1, staked, edge 0 to 5 %",
                "m 1, 60m, all",
                "m 1, 60m, odds under 4",
                "m 1, 60m, odds 10 to 20",
                "m 1, 60m, edge under -10 %",
                "m 1, 60m, edge over 15 %",
            ]
        )
    }

    @Test func `averages over runners and clusters by race`() throws {
        let summary = CLVSummary([
            row(race: 1, odds: 8, clvReturn: 0.5),
            row(race: 1, odds: 2),
            row(race: 2, odds: 4, clvReturn: 0.25),
        ])
        let all = try #require(summary.lines.first)
        #expect(all.count == 3 && all.races == 2)
        #expect(abs(all.clv) < 1e-12)
        #expect(all.clvSE != nil)
        #expect(all.clvReturn == 0.375)
    }

    @Test func `shows a table for each lead, and a histogram`() {
        let rows = [row(race: 1, odds: 8), row(race: 2, bucket: "staked", odds: 5)]
        let html = CLVPage(rows, summary: CLVSummary(rows), from: "2025-10-01", to: "2025-12-31").html()
        #expect(html.contains("<h2>m 1</h2>"))
        #expect(html.contains("Closing prices: 2 BSP."))
        #expect(html.components(separatedBy: "<table").count == 3)
        #expect(html.components(separatedBy: "<svg").count == 3)
    }
}

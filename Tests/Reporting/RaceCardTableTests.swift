import Foundation
import Reporting
import Testing

@Suite struct RaceCardTableTests {
    private func row(
        _ number: String,
        _ horse: String,
        _ p: Double,
        market: Double? = 4,
        stake: Double = 0,
        why: String = ""
    ) -> RaceCardTable.Row {
        RaceCardTable.Row(
            number: number,
            horse: horse,
            jockey: "J Rider",
            probability: p,
            fairOdds: 1 / p,
            marketOdds: market,
            edge: market.map { p * $0 - 1 },
            stake: stake,
            why: why,
            result: nil
        )
    }

    @Test func `orders by probability and aligns the columns`() throws {
        let table = RaceCardTable(
            title: "14:30 Somewhere",
            subtitle: "2 runners",
            rows: [
                row("2", "浪漫勇士", 0.2, market: nil), row("1", "Golden Sixty", 0.8, stake: 1.5, why: "won 3 of 4"),
            ]
        )
        let lines = table.text(colours: false).split(separator: "\n").map(String.init)
        let firstIndex = try #require(lines.firstIndex { $0.contains("Golden Sixty") })
        let secondIndex = try #require(lines.firstIndex { $0.contains("浪漫勇士") })
        #expect(firstIndex < secondIndex)
        let first = lines[firstIndex]
        for cell in ["80.0%", "1.25", "+220%", "1.50"] { #expect(first.contains(cell)) }
        #expect(first.hasSuffix("won 3 of 4"))
        let second = lines[secondIndex]
        #expect(second.contains("20.0%") && second.contains("-"))
        // Each of the four Chinese characters takes two columns.
        #expect(try column(of: "J Rider", in: second) + 4 == column(of: "J Rider", in: first))
    }

    private func column(of text: String, in line: String) throws -> Int {
        line.prefix(upTo: try #require(line.range(of: text)).lowerBound).count
    }

    @Test func `colours staked runners only on request`() {
        let table = RaceCardTable(title: "t", subtitle: "s", rows: [row("1", "Golden Sixty", 0.8, stake: 1.5)])
        #expect(!table.text(colours: false).contains("\u{1B}"))
        #expect(table.text(colours: true).contains("\u{1B}[32m"))
    }

    @Test func `cuts lines to the width of the terminal`() {
        let table = RaceCardTable(
            title: "t",
            subtitle: "s",
            rows: [row("1", "Long Winded", 1, why: String(repeating: "because ", count: 40))]
        )
        let longest = table.text(colours: false, columns: 100).split(separator: "\n").map(\.count).max()
        #expect(longest == 100)
    }
}

import Reporting
import Testing

@Suite struct RaceCardTableTests {
    private func row(_ number: String, _ horse: String, _ p: Double, market: Double? = 4, stake: Double = 0, why: String = "") -> RaceCardTable.Row {
        RaceCardTable.Row(
            number: number, horse: horse, jockey: "J Rider", probability: p, fairOdds: 1 / p, marketOdds: market, edge: market.map { p * $0 - 1 },
            stake: stake, why: why, result: nil)
    }

    @Test func theLikeliestIsFirstAndEveryColumnStaysInPlace() throws {
        let table = RaceCardTable(
            title: "14:30 Somewhere", subtitle: "2 runners",
            rows: [row("2", "浪漫勇士", 0.2, market: nil), row("1", "Golden Sixty", 0.8, stake: 1.5, why: "won 3 of 4")])
        let lines = table.text(colours: false).split(separator: "\n").map(String.init)
        let first = try #require(lines.first { $0.contains("Golden Sixty") }), second = try #require(lines.first { $0.contains("浪漫勇士") })
        #expect(try #require(lines.firstIndex(of: first)) < #require(lines.firstIndex(of: second)))
        #expect(
            first.contains("80.0%") && first.contains("1.25") && first.contains("+220%") && first.contains("1.50") && first.hasSuffix("won 3 of 4"))
        #expect(second.contains("20.0%") && second.contains("-"))
        // a Chinese character takes two columns: the next column begins at the same place
        let at = first.prefix(upTo: try #require(first.range(of: "J Rider")).lowerBound).count
        #expect(second.prefix(upTo: try #require(second.range(of: "J Rider")).lowerBound).count + 4 == at)
        #expect(!table.text(colours: false).contains("\u{1B}"))
        #expect(table.text(colours: true).contains("\u{1B}[32m"), "what is staked is seen")
    }

    @Test func linesAreCutToTheTerminal() {
        let table = RaceCardTable(title: "t", subtitle: "s", rows: [row("1", "Long Winded", 1, why: String(repeating: "because ", count: 40))])
        let longest = table.text(colours: false, columns: 100).split(separator: "\n").map(\.count).max()
        #expect(longest == 100)
    }
}

import ModelingStore
import Racing
import Reporting

/// Whether the bets and the signals beat the closing line so far.
struct RecordPage {
    let since: CalendarDay
    let books: [BoardStore.Book]
    let signals: [SignalCLVStore.Row]

    var html: String { Markup.note("Since \(since).") + bets + closingLine }

    private var bets: String {
        guard !books.isEmpty else { return "<h2>Bets</h2>" + Markup.note("None was recorded.") }
        let rows = books.map { book in
            """
            <tr><td>\(HTML.escape(book.source))</td><td class="n">\(book.bets)</td>
            <td class="n">\(Figure.units(book.staked))</td><td class="n">\(book.settled)</td>
            <td class="n">\(Figure.units(book.profit))</td>
            <td class="n">\(book.clv.map { Figure.signed($0, error: book.clvError) } ?? "not measurable")</td></tr>
            """
        }
        return """
            <h2>Bets</h2><table><thead><tr><th>Source</th><th>Bets</th><th>Staked</th><th>Settled</th><th>Won</th>
            <th>Mean CLV ± SE</th></tr></thead><tbody>\(rows.joined())</tbody></table>
            """
    }

    private var closingLine: String {
        let rows = signals.map { row in
            CLVPage.Row(
                raceID: row.raceID,
                model: row.model,
                bucket: row.bucket,
                odds: row.odds,
                probability: row.probability,
                stake: row.stake,
                closing: row.closing,
                closingSource: row.closingSource,
                clv: row.clv,
                clvReturn: row.clvReturn
            )
        }
        let lines = CLVSummary(rows).lines.filter { $0.group == "all" }
        guard !lines.isEmpty else {
            return "<h2>Closing line</h2>" + Markup.note("No signal with a price before the off has a closing line yet.")
        }
        let cells = lines.map { line in
            """
            <tr><td>\(HTML.escape(line.model))</td><td>\(line.bucket)</td><td class="n">\(line.count)</td>
            <td class="n">\(line.races)</td><td class="n">\(Figure.signed(line.clv, error: line.clvSE))</td>
            <td>\(HTML.escape(line.regression?.verdict ?? "too few races"))</td></tr>
            """
        }
        return """
            <h2>Closing line</h2><table><thead><tr><th>Model</th><th>Lead</th><th>Runners</th><th>Races</th>
            <th>Mean CLV ± SE</th><th>Verdict</th></tr></thead><tbody>\(cells.joined())</tbody></table>
            """
    }
}

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
            Markup.row([
                .text(book.source), .number("\(book.bets)"), .number(Figure.units(book.staked)),
                .number("\(book.settled)"), .number(Figure.units(book.profit)),
                .number(book.clv.map { Figure.signed($0, error: book.clvError) } ?? "not measurable"),
            ])
        }
        let header: [Markup.Cell] = [
            .text("Source"), .number("Bets"), .number("Staked"), .number("Settled"), .number("Won"),
            .number("Mean CLV ± SE"),
        ]
        return "<h2>Bets</h2>" + Markup.table(header, rows)
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
            let note = "No signal with a price before the off has a closing line yet."
            return "<h2>Closing line</h2>" + Markup.note(note)
        }
        let cells = lines.map { line in
            Markup.row([
                .text(line.model), .text(line.bucket), .number("\(line.count)"), .number("\(line.races)"),
                .number(Figure.signed(line.clv, error: line.clvSE)),
                .text(line.regression?.verdict ?? "too few races"),
            ])
        }
        let header: [Markup.Cell] = [
            .text("Model"), .text("Lead"), .number("Runners"), .number("Races"), .number("Mean CLV ± SE"),
            .text("Verdict"),
        ]
        return "<h2>Closing line</h2>" + Markup.table(header, cells)
    }
}

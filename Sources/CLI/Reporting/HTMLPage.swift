/// A self-contained HTML page: it loads no scripts, fonts or images.
public struct HTMLPage: Sendable {
    public let title: String
    public private(set) var body: [String] = []

    public init(title: String) { self.title = title }

    public mutating func heading(_ text: String) { body.append("<h2>\(HTML.escape(text))</h2>") }

    public mutating func paragraph(_ text: String) { body.append("<p>\(HTML.escape(text))</p>") }

    public mutating func chart(_ chart: Chart) { body.append(chart.svg) }

    /// Adds charts side by side.
    public mutating func row(_ charts: [Chart]) {
        body.append("<div class=\"row\">\(charts.map(\.svg).joined())</div>")
    }

    /// - Parameters:
    ///   - numeric: the columns that are aligned to the right.
    ///   - drawings: an SVG element for the last cell of each row; empty for none.
    public mutating func table(
        _ header: [String],
        _ rows: [[String]],
        numeric: Set<Int> = [],
        drawings: [String] = []
    ) {
        func cells(_ values: [String], _ tag: String) -> String {
            let cells = values.enumerated().map { column, value in
                "<\(tag)\(numeric.contains(column) ? " class=\"number\"" : "")>\(HTML.escape(value))</\(tag)>"
            }
            return cells.joined()
        }
        let lines = rows.enumerated().map { index, row in
            guard index < drawings.count else { return "<tr>\(cells(row, "td"))</tr>" }
            return "<tr>\(cells(row.dropLast(), "td"))<td>\(drawings[index])</td></tr>"
        }
        body.append(
            "<table><thead><tr>\(cells(header, "th"))</tr></thead><tbody>\(lines.joined())</tbody></table>"
        )
    }

    /// Adds a race card, collapsed.
    public mutating func card(_ card: RaceCardTable) {
        body.append(
            "<details><summary>\(HTML.escape(card.title))</summary>"
                + "<p class=\"empty\">\(HTML.escape(card.subtitle))</p>"
        )
        table(
            ["No", "Horse", "Jockey", "p", "Fair", "Market", "Edge", "Stake", "Finish", "Why"],
            card.rows.map { row in
                [
                    row.number,
                    row.horse,
                    row.jockey,
                    Figure.percent(row.probability),
                    Figure.odds(row.fairOdds),
                    row.marketOdds.map(Figure.odds) ?? "-",
                    row.edge.map(Figure.edge) ?? "-",
                    row.stake > 0 ? Figure.units(row.stake) : "",
                    row.result ?? "",
                    row.why,
                ]
            },
            numeric: [0, 3, 4, 5, 6, 7, 8]
        )
        body.append("</details>")
    }

    public var html: String {
        """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
        <title>\(HTML.escape(title))</title>
        <style>
        \(Self.style)
        </style></head><body><h1>\(HTML.escape(title))</h1>
        \(body.joined(separator: "\n"))
        </body></html>
        """
    }

    private static let style = """
        :root { color-scheme: light dark; --ink: #1d2430; --soft: #68707d; --line: #d9dde3; --paper: #fff; }
        @media (prefers-color-scheme: dark) {
          :root { --ink: #e7eaef; --soft: #99a2af; --line: #39404b; --paper: #14181e; }
        }
        body {
          font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
          max-width: 1180px; margin: 2rem auto; padding: 0 1.2rem;
        }
        h1 { font-size: 1.6rem; margin-bottom: 0; }
        h2 { font-size: 1.15rem; margin-top: 2.2rem; }
        table { border-collapse: collapse; margin: .6rem 0; }
        th, td { padding: .25rem .8rem .25rem 0; border-bottom: 1px solid var(--line); text-align: left; }
        th { font-weight: 600; color: var(--soft); }
        .number { text-align: right; font-variant-numeric: tabular-nums; }
        .row { display: flex; flex-wrap: wrap; gap: 1.4rem; }
        figure { margin: .8rem 0; width: 560px; max-width: 100%; }
        figcaption { color: var(--soft); }
        details { margin: .4rem 0; }
        summary { cursor: pointer; font-weight: 600; }
        svg text { fill: var(--ink); font: 12px system-ui, sans-serif; }
        svg .title { font-weight: 600; font-size: 14px; }
        svg .tick, svg .label { fill: var(--soft); }
        svg .grid { stroke: var(--line); }
        svg .zero { stroke: var(--soft); }
        .empty { color: var(--soft); }
        """
}

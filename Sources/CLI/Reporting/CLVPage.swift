import Betting

/// The page of `giddyup report clv`: whether the prices of the signals beat the closing line.
public struct CLVPage: Sendable {
    private let rows: [Row]
    private let summary: CLVSummary
    private let first: String
    private let last: String

    /// The leads in the order of the page.
    private static let buckets = ["0800", "60m", "10m", "1m", "staked"]
    /// The leads with a histogram.
    private static let chartBuckets = ["60m", "staked"]

    /// - Parameters:
    ///   - summary: the summary of `rows`.
    ///   - first: the first day of the window, as YYYY-MM-DD.
    ///   - last: the last day of the window, as YYYY-MM-DD.
    public init(_ rows: [Row], summary: CLVSummary, from first: String, to last: String) {
        self.rows = rows
        self.summary = summary
        self.first = first
        self.last = last
    }

    public func html() -> String {
        var page = HTMLPage(title: "Closing line value, \(first) to \(last)")
        page.paragraph(
            "ln(taken/closing) of the prices that signals named, one per runner and lead. The mean measures only the "
                + "drift of the market. The verdict on a model is the slope of ln(taken/closing) on ln(p × taken): 0 "
                + "if the closing line ignores the model, 1 if it moves all the way to the model. Standard errors are "
                + "clustered by race. Closing prices: \(closingSources). SP includes the bookmakers' margin, which "
                + "only shortens prices."
        )
        for model in Set(summary.lines.map(\.model)).sorted() {
            page.heading(model)
            for bucket in Self.buckets { addTable(model, bucket, to: &page) }
            page.row(Self.chartBuckets.compactMap { histogram(model, $0) })
        }
        return page.html
    }

    /// The number of closing prices by source.
    private var closingSources: String {
        let groups = Dictionary(grouping: rows, by: \.closingSource).sorted { $0.key < $1.key }
        return groups.map { "\($0.value.count) \($0.key)" }.joined(separator: ", ")
    }

    private func addTable(_ model: String, _ bucket: String, to page: inout HTMLPage) {
        let lines = summary.lines.filter { $0.model == model && $0.bucket == bucket }
        guard let all = lines.first else { return }
        page.paragraph("\(Self.title(bucket)): \(all.regression?.verdict ?? "too few races to say anything").")
        page.table(
            ["", "runners", "races", "mean CLV ± SE", "as a return", "slope ± SE", "verdict"],
            lines.map(Self.cells),
            numeric: [1, 2, 3, 4, 5]
        )
    }

    private static func cells(_ line: CLVSummary.Line) -> [String] {
        [
            line.group,
            "\(line.count)",
            "\(line.races)",
            Figure.signed(line.clv, error: line.clvSE),
            line.clvReturn.map { Figure.signedPercent($0, decimals: 2) } ?? "-",
            line.regression.map { Figure.signed($0.slope, error: $0.slopeSE, decimals: 3) } ?? "-",
            line.regression?.verdict ?? "too few races",
        ]
    }

    private func histogram(_ model: String, _ bucket: String) -> Chart? {
        let values = rows.filter { $0.model == model && $0.bucket == bucket }.map(\.clv)
        guard !values.isEmpty else { return nil }
        return Histogram(values)
            .chart(title: "CLV, \(Self.title(bucket))", xLabel: "ln(taken / closing)", yLabel: "runners")
    }

    private static func title(_ bucket: String) -> String {
        switch bucket {
        case "0800": "at 08:00"
        case "60m": "an hour before the off"
        case "10m": "ten minutes before the off"
        case "1m": "a minute before the off"
        default: "when a stake was first advised"
        }
    }
}

import Drift
import Racing

/// The page of `giddyup report drift`: which features and predictions are distributed otherwise than in the training
/// data.
public struct DriftPage: Sendable {
    private let runs: [DriftRun]

    /// - Parameter runs: the latest run of each model.
    public init(_ runs: [DriftRun]) { self.runs = runs }

    public func html() -> String { page.html }

    /// The page without its frame.
    public var content: String { page.body.joined(separator: "\n") }

    private var page: HTMLPage {
        var page = HTMLPage(title: "Drift of live features and predictions")
        page.paragraph(
            "Tests, thresholds and the verdict on the data set are the defaults of Evidently 0.7: the Wasserstein "
                + "distance in standard deviations of the reference, the Jensen-Shannon distance for columns of up to "
                + "five values (drift from 0.1); for references of up to 1000 rows the Kolmogorov-Smirnov, chi-squared "
                + "or z-test (drift from p = 0.05 down). PSI, the population stability index, stands beside them. "
                + "Missing values are left out of the tests and shown as shares. A week is one season and a few "
                + "hundred runners: features of the season and of the day drift by themselves."
        )
        for run in runs { add(run, to: &page) }
        return page
    }

    private func add(_ run: DriftRun, to page: inout HTMLPage) {
        page.heading(run.model)
        page.paragraph(Self.verdict(run))
        for kind in [DriftRun.Kind.prediction, .feature] {
            let columns = run.columns.filter { $0.kind == kind }
            guard !columns.isEmpty else { continue }
            page.table(
                [
                    kind.rawValue, "verdict", "test", "score", "PSI", "missing", "was", "mean", "was",
                    "shape now and then",
                ],
                columns.map(Self.cells),
                numeric: [3, 4, 5, 6, 7, 8],
                drawings: columns.map(Self.spread)
            )
        }
        if !run.columns.contains(where: { $0.kind == .prediction }) {
            page.paragraph(
                "Predictions are not compared: they need a backfill of days after the model's training as reference."
            )
        }
    }

    /// One sentence on the data set.
    public static func verdict(_ run: DriftRun) -> String {
        let summary = run.summary
        let share = Figure.percent(summary.share, decimals: 0)
        return "\(summary.drifted) of \(summary.columns) columns have drifted (\(share)): the data "
            + (summary.isDrifted ? "have drifted as a whole" : "have not drifted as a whole")
            + ". \(run.races) live races from \(run.days.lowerBound) to \(run.days.upperBound), \(run.currentRows) "
            + "runners, against \(run.referenceRows) runners of the training data from "
            + "\(run.referenceDays.lowerBound) to \(run.referenceDays.upperBound)."
    }

    private static func cells(_ column: DriftRun.Column) -> [String] {
        func number(_ value: Double?) -> String { value.map { Figure.short($0) } ?? "-" }
        return [
            column.name,
            column.isDrifted ? "drifted" : "",
            column.test?.rawValue ?? "no values",
            number(column.score),
            number(column.psi),
            Figure.percent(column.current.missingShare, decimals: 0),
            Figure.percent(column.reference.missingShare, decimals: 0),
            number(column.current.mean),
            number(column.reference.mean),
            "",
        ]
    }

    /// The 5th to 95th percentile as a line, the quartiles as a bar and the median as a tick: above now, below then.
    private static func spread(_ column: DriftRun.Column) -> String {
        let (now, then) = (column.current.spread, column.reference.spread)
        guard now.count == 5, then.count == 5 else { return "" }
        let (low, high) = (min(now[0], then[0]), max(now[4], then[4]))
        func x(_ value: Double) -> String { SVG.number(high > low ? 2 + 176 * (value - low) / (high - low) : 90) }
        func width(_ from: Double, _ to: Double) -> String {
            SVG.number(high > low ? max(1, 176 * (to - from) / (high - low)) : 1)
        }
        func drawing(_ spread: [Double], y: Double, _ colour: String) -> String {
            "<g fill=\"\(colour)\" stroke=\"\(colour)\">"
                + "<line x1=\"\(x(spread[0]))\" x2=\"\(x(spread[4]))\" y1=\"\(y)\" y2=\"\(y)\"/>"
                + "<rect x=\"\(x(spread[1]))\" y=\"\(y - 3)\" width=\"\(width(spread[1], spread[3]))\" height=\"6\" "
                + "fill-opacity=\"0.45\" stroke=\"none\"/>"
                + "<line x1=\"\(x(spread[2]))\" x2=\"\(x(spread[2]))\" y1=\"\(y - 4)\" y2=\"\(y + 4)\"/></g>"
        }
        return "<svg viewBox=\"0 0 180 22\" width=\"180\" height=\"22\" role=\"img\" aria-label=\"spread\">"
            + drawing(now, y: 6, Colour.points) + drawing(then, y: 16, Colour.reference) + "</svg>"
    }
}

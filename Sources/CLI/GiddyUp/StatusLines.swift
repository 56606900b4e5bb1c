import ModelingStore
import Overview
import Racing
import Reporting

/// The fleet at a glance as lines for a terminal of 80 columns.
struct StatusLines {
    private let overview: FleetOverview
    /// `nil` if they were not counted.
    private let rows: [String: Int]?

    init(_ overview: FleetOverview, rows: [String: Int]? = nil) {
        self.overview = overview
        self.rows = rows
    }

    var lines: [String] {
        guard let status = overview.status else { return overview.problems }
        var lines = [
            "\(overview.at)   migration \(status.migration)", "", models(status), limits(status), formBook,
            deadLetters, "",
        ]
        lines += workers + ["", day]
        if let rows { lines.append("rows        " + list(rows)) }
        lines += [""] + (overview.problems.isEmpty ? ["no problems"] : overview.problems.map { "! \($0)" })
        return lines
    }

    private func models(_ status: FleetStatus) -> String {
        let models = status.activeModels.map { "\($0.name) \($0.version)" + ($0.isShadow ? " (shadow)" : "") }
        return "models      " + (models.isEmpty ? "none in production" : models.joined(separator: ", "))
    }

    private func limits(_ status: FleetStatus) -> String {
        let limits = status.limits.map { "\($0.dayUnits) units a day, none after \($0.stopUnits) lost" }
        return "limits      " + (limits ?? "none: nothing is actionable until `giddyup policy apply`")
    }

    private var formBook: String {
        let runs = overview.workers.compactMap(\.formBookRuns).min()
        guard let age = overview.formBookAge, let runs else { return "form book   no builder has read one" }
        return "form book   \(runs) runs, compared with racing.* \(Figure.duration(age)) ago"
    }

    private var deadLetters: String {
        guard let count = overview.deadLetters else { return "dead        cannot be read" }
        return "dead        \(count) letters kept, \(overview.closedDeadLetters) redriven or dropped"
    }

    /// A line for each worker and topic. A worker that runs and consumes nothing has one line.
    private var workers: [String] {
        var lines = ["worker           running     handled  topic                      lag"]
        let names = FleetOverview.needed + ["trainer"]
        for name in names {
            let running = overview.workers.filter { $0.worker == name }
            let handled = running.reduce(0) { $0 + $1.handled }
            var first = Self.pad(name, 17) + Self.pad("\(running.count)", 8) + Self.padLeft("\(handled)", 11) + "  "
            let lag = overview.lag?.filter { $0.worker == name } ?? []
            for item in lag {
                lines.append(first + Self.pad(item.topic, 24) + Self.padLeft("\(item.messages)", 6))
                first = String(repeating: " ", count: 38)
            }
            if lag.isEmpty { lines.append(first) }
        }
        return lines
    }

    private var day: String {
        guard let figures = overview.figures else { return "" }
        let tick = figures.lastTick.map { Figure.duration(overview.at.seconds(since: $0)) + " ago" } ?? "never"
        let clv = figures.clv.map { ", CLV " + Figure.signedPercent($0, decimals: 1) } ?? ""
        let units = Figure.units
        return """
            \(overview.day)  \(figures.scored) of \(figures.races) races scored, \(figures.results) with a result; \
            \(figures.ticks) ticks, the last \(tick)
                        \(figures.advised) stakes advised (\(units(figures.advisedUnits)) units); \(figures.bets) bets \
            (\(units(figures.stakedUnits)) units), \(figures.settled) settled, \(units(figures.profit)) won\(clv)
            """
    }

    private func list(_ counts: [String: Int]) -> String {
        counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }

    private static func padLeft(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}

import ArgumentParser
import Betting
import Foundation
import ModelingStore
import Racing
import Reporting

extension ReportCommand {
    struct CLV: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "clv", abstract: "Whether prices of signals beat the closing line, by lead time, odds and edge.",
            discussion: """
                From modeling.signal_clv: what a price was worth at the close at 08:00, 60, 10 and 1 minutes before the off, and where a stake was advised.
                Example: giddyup report clv --from 2025-10-01 --to 2025-12-31
                """)
        @Option(help: "The first day.")
        var from: DayArgument
        @Option(help: "The last day.")
        var to: DayArgument
        @Option(help: "NAME or NAME@VERSION; by default all models.")
        var model: ModelArgument?
        @Option(help: "Where the page goes.")
        var out = "report-clv.html"
        @Flag(help: "Print JSON, and write no page.")
        var json = false

        struct Line: Encodable, Sendable {
            let model: String
            let bucket: String
            let group: String
            let count: Int
            let races: Int
            let clv: Double
            let clvSE: Double?
            let clvReturn: Double?
            let regression: ClosingLineRegression?
        }

        static let bands: [(name: String, below: Double)] = [
            ("odds under 4", 4), ("odds 4 to 10", 10), ("odds 10 to 20", 20), ("odds 20 and more", .infinity),
        ]
        static let edges: [(name: String, below: Double)] = [
            ("edge under -10 %", -0.1), ("edge -10 to 0 %", 0), ("edge 0 to 5 %", 0.05), ("edge 5 to 15 %", 0.15), ("edge over 15 %", .infinity),
        ]

        func validate() throws {
            guard from.day <= to.day else { throw ValidationError("--from \(from.day) is after --to \(to.day)") }
        }

        func run() async throws {
            let connection = try Connection()
            let rows = try await connection.pool.withConnection { database in
                let found = try await model.asyncMap { try await ModelRegistry.find(name: $0.name, version: $0.version, database).modelID }
                return try await CLVReader.read(from: from.day, through: to.day, modelID: found, database)
            }
            guard !rows.isEmpty else {
                throw CommandError(
                    "no signal of \(from.day) to \(to.day) after its model's training has a closing line: CLV is not measurable where no price was taken before the off; results of a backfilled window come by `giddyup settle`"
                )
            }
            let lines = Self.lines(rows)
            if json { return try Console.json(lines) }
            try ReportCommand.write(page(rows, lines), to: out)
        }

        static func lines(_ rows: [CLVReader.Row]) -> [Line] {
            Dictionary(grouping: rows) { "\($0.model)\n\($0.bucket)" }.sorted { $0.key < $1.key }.flatMap { _, part -> [Line] in
                [line(part, "all")].compactMap(\.self)
                    + bands.indices.compactMap { index in
                        let low = index == 0 ? 0 : bands[index - 1].below
                        return line(part.filter { $0.odds >= low && $0.odds < bands[index].below }, bands[index].name)
                    }
                    + edges.indices.compactMap { index in
                        let low = index == 0 ? -Double.infinity : edges[index - 1].below
                        return line(part.filter { $0.edge >= low && $0.edge < edges[index].below }, edges[index].name)
                    }
            }
        }

        private static func line(_ rows: [CLVReader.Row], _ group: String) -> Line? {
            guard let first = rows.first, let mean = ClusteredMean(rows.map { ($0.raceID, $0.clv) }) else { return nil }
            let returns = rows.compactMap(\.clvReturn)
            return Line(
                model: first.model, bucket: first.bucket, group: group, count: mean.count, races: mean.clusters, clv: mean.mean,
                clvSE: mean.standardError,
                clvReturn: returns.isEmpty ? nil : returns.reduce(0, +) / Double(returns.count),
                regression: ClosingLineRegression(rows.map(\.observation)))
        }

        private func page(_ rows: [CLVReader.Row], _ lines: [Line]) -> String {
            var page = HTMLPage(title: "Closing line value, \(from.day) to \(to.day)")
            page.paragraph(
                "ln(taken/closing) of the prices that signals named, one a runner and lead. Its mean says how the market drifted; the verdict on a model is the slope of ln(taken/closing) on ln(p × taken): 0, the close took no notice of the model; 1, it moved all the way. Standard errors are clustered by race. Closing prices: "
                    + Dictionary(grouping: rows, by: \.closingSource).sorted { $0.key < $1.key }.map { "\($0.value.count) \($0.key)" }.joined(
                        separator: ", ")
                    + "; SP carries the bookmakers' margin, which lengthens no price."
            )
            for model in Set(lines.map(\.model)).sorted() {
                page.heading(model)
                for bucket in ["0800", "60m", "10m", "1m", "staked"] {
                    let part = lines.filter { $0.model == model && $0.bucket == bucket }
                    guard let all = part.first else { continue }
                    page.paragraph("\(Self.title(bucket)): " + (all.regression?.verdict ?? "too few races to say anything") + ".")
                    page.table(
                        ["", "runners", "races", "mean CLV ± SE", "as a return", "slope ± SE", "verdict"],
                        part.map { line in
                            [
                                line.group, "\(line.count)", "\(line.races)",
                                String(format: "%+.4f ± %@", line.clv, line.clvSE.map { String(format: "%.4f", $0) } ?? "?"),
                                line.clvReturn.map { String(format: "%+.2f %%", $0 * 100) } ?? "-",
                                line.regression.map { String(format: "%+.3f ± %.3f", $0.slope, $0.slopeSE) } ?? "-",
                                line.regression?.verdict ?? "too few races",
                            ]
                        }, numeric: [1, 2, 3, 4, 5])
                }
                page.row(
                    ["60m", "staked"].compactMap { bucket in
                        let values = rows.filter { $0.model == model && $0.bucket == bucket }.map(\.clv)
                        return values.isEmpty
                            ? nil
                            : Chart(
                                title: "CLV, \(Self.title(bucket))", xLabel: "ln(taken / closing)", yLabel: "runners",
                                series: [Chart.Series("", .bars, colour: "#2a9d8f", points: DemoReport.histogram(values))])
                    })
            }
            return page.html
        }

        private static func title(_ bucket: String) -> String {
            switch bucket {
            case "0800": "at 08:00"
            case "60m": "an hour before the off"
            case "10m": "ten minutes before the off"
            case "1m": "a minute before the off"
            default: "where a stake was first advised"
            }
        }
    }
}

extension Optional {
    fileprivate func asyncMap<R>(_ body: (Wrapped) async throws -> R) async rethrows -> R? {
        if let self { try await body(self) } else { nil }
    }
}

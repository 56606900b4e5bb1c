import ArgumentParser
import ModelingStore
import Operations
import Reporting

extension ReportCommand {
    struct CLV: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "clv",
            abstract: "Report whether prices of signals beat the closing line, by lead time, odds and edge.",
            discussion: """
                Reads modeling.signal_clv: the closing line value of prices at 08:00, at 60, 10 and 1 minutes before \
                the off, and when a stake was first advised.

                Example: giddyup report clv --from 2025-10-01 --to 2025-12-31
                """
        )

        @Option(help: "The first day.")
        var from: DayArgument
        @Option(help: "The last day.")
        var to: DayArgument
        @Option(help: "NAME or NAME@VERSION; by default all models.")
        var model: ModelArgument?
        @Option(help: "The page to write.")
        var out = "report-clv.html"
        @Flag(help: "Print JSON, and write no page.")
        var json = false

        func validate() throws { try Check.window(from, to) }

        func run() async throws {
            let context = try CommandContext()
            let chosenID = try await modelID(context)
            let stored = try await context.pool.withConnection { connection in
                try await SignalCLVStore.read(from: from.day, through: to.day, modelID: chosenID, connection)
            }
            let rows = stored.map { CLVPage.Row($0) }
            guard !rows.isEmpty else { throw missingRows }
            let summary = CLVSummary(rows)
            if json { return try Console.json(summary.lines) }
            let page = CLVPage(rows, summary: summary, from: "\(from.day)", to: "\(to.day)")
            try ReportCommand.write(page.html(), to: out)
        }

        /// - Returns: `nil` for all models.
        private func modelID(_ context: CommandContext) async throws -> Int64? {
            guard let model else { return nil }
            return try await context.model(model.name, version: model.version).modelID
        }

        private var missingRows: CommandError {
            CommandError(
                "no signal from \(from.day) to \(to.day) after its model's training days has a closing line: run "
                    + "`giddyup settle` after a backfill; prices taken at the off have no CLV"
            )
        }
    }
}

extension CLVPage.Row {
    fileprivate init(_ row: SignalCLVStore.Row) {
        self.init(
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
}

import Fleet
import ArgumentParser
import Upstream

struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Load public data into a development copy of racing.*.",
        subcommands: [HongKong.self, ImportRPScrapeCommand.self, ImportBetfairSPCommand.self])

    struct HongKong: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "hk", abstract: "Hong Kong's races and runners (csv or csv.xz).",
            discussion: """
                All or nothing: a fault in a file is named by line and column, and nothing is written. The files have no off times, which are set by
                a documented rule, and only final odds, which become the live price at the off. `sex` is not imported: it is today's, and leaks.
                Example: giddyup import hk --races hk_races.csv.xz --runners hk_runners.csv.xz
                """)

        @Option(help: "The file of races.")
        var races: String
        @Option(help: "The file of runners.")
        var runners: String
        @Flag(help: "Read and check the files, and write nothing.")
        var dryRun = false
        @Flag(help: "Print JSON.")
        var json = false

        struct Outcome: Codable {
            let races: Int
            let runners: Int
            let withdrawn: Int
            let prices: Int
            let clippedOdds: Int
        }

        func run() async throws {
            let outcome = try await Self.load(races: races, runners: runners, dryRun ? nil : try Connection())
            if json { return try Console.json(outcome) }
            Console.print(
                "\(dryRun ? "read" : "imported") \(outcome.races) races, \(outcome.runners) runners (\(outcome.withdrawn) withdrawn), \(outcome.prices) prices; \(outcome.clippedOdds) odds of under 1.01 raised to it"
            )
        }

        static func load(races: String, runners: String, _ connection: Connection?) async throws -> Outcome {
            let bar = ProgressBar("import hk")
            bar.update(0, "reading")
            let files = try HongKongImport(races: races, runners: runners)
            if let connection {
                bar.update(0.4, "writing")
                let schema = try ProjectFiles.locate("upstream/racing.sql")
                try await connection.pool.withConnection { superuser in
                    try await UpstreamSchema.install(schema, superuser)
                    try await UpstreamLoader.load(races: files.races, runners: files.runners, prices: files.prices, superuser)
                }
            }
            bar.finish("\(files.races.count) races")
            return Outcome(
                races: files.races.count, runners: files.runners.count, withdrawn: files.runners.count { $0.position == "NR" },
                prices: files.prices.count, clippedOdds: files.clippedOdds)
        }
    }
}

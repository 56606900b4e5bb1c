import ArgumentParser
import Operations

struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Load public data into a development copy of racing.*.",
        subcommands: [HongKong.self, ImportRPScrapeCommand.self, ImportBetfairSPCommand.self]
    )

    struct HongKong: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "hk",
            abstract: "Import Hong Kong's races and runners (csv or csv.xz).",
            discussion: """
                All or nothing: a fault is reported by line and column, and nothing is written. The files have no off \
                times, which are set by a documented rule, and only final odds, which become the live price at the \
                off. `sex` is not imported: it is the horse's sex today, and would leak.

                Example: giddyup import hk --races hk_races.csv.xz --runners hk_runners.csv.xz
                """
        )

        @Option(help: "The file of races.")
        var races: String
        @Option(help: "The file of runners.")
        var runners: String
        @Flag(help: "Read and check the files, and write nothing.")
        var dryRun = false
        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            let context = dryRun ? nil : try CommandContext()
            let outcome = try await DevelopmentData.importHongKong(races: races, runners: runners, context)
            if json { return try Console.json(outcome) }
            Console.print(
                "\(dryRun ? "read" : "imported") \(outcome.races) races, \(outcome.runners) runners "
                    + "(\(outcome.withdrawn) withdrawn), \(outcome.prices) prices; "
                    + "\(outcome.clippedOdds) odds below 1.01 were raised to 1.01"
            )
        }
    }
}

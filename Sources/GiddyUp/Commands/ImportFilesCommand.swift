import ArgumentParser
import Fleet
import Upstream

/// What an import wrote, and what it left out and why.
struct ImportOutcome: Encodable {
    let report: ImportReport
    let written: UpstreamLoader.Count
    let isDryRun: Bool

    func print() {
        Console.print(
            "read \(report.races) races, \(report.runners) runners; \(isDryRun ? "would write" : "wrote") \(written.races) races, \(written.runners) runners; left out \(report.skipped.count) races"
        )
        for (what, count) in report.mended.sorted(by: { $0.key < $1.key }) { Console.print("  \(count) times: \(what)") }
        for skip in report.skipped { Console.print("  left out: \(skip.why)") }
    }

    static func load(
        _ report: ImportReport, _ races: [UpstreamRace], _ runners: [UpstreamRunner], dryRun: Bool, json: Bool, _ bar: ProgressBar
    ) async throws {
        var written = UpstreamLoader.Count(races: races.count, runners: runners.count, prices: 0)
        if !dryRun {
            bar.update(0.4, "writing")
            let (schema, connection) = (try ProjectFiles.locate("upstream/racing.sql"), try Connection())
            written = try await connection.pool.withConnection { superuser in
                try await UpstreamSchema.install(schema, superuser)
                return try await UpstreamLoader.load(races: races, runners: runners, prices: [], superuser)
            }
        }
        bar.finish("\(races.count) races")
        let outcome = ImportOutcome(report: report, written: written, isDryRun: dryRun)
        if json { try Console.json(outcome) } else { outcome.print() }
    }
}

struct ImportRPScrapeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rpscrape", abstract: "Cards and results as rpscrape writes them (csv or csv.xz).",
        discussion: """
            A race with a field that cannot be understood is left out and listed; the rest is written in one transaction. Off times are a 12-hour
            London clock in the file and become the wall time at the course.
            Example: giddyup import rpscrape 2015.csv.xz
            """)

    @Argument(help: "The file.")
    var path: String
    @Flag(help: "Read and check the file, and write nothing.")
    var dryRun = false
    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let bar = ProgressBar("import rpscrape")
        bar.update(0, "reading")
        let file = try RPScrapeImport(path)
        try await ImportOutcome.load(file.report, file.races, file.runners, dryRun: dryRun, json: json, bar)
    }
}

struct ImportBetfairSPCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "betfair-sp", abstract: "Betfair's starting price files, with staged prices (csv or csv.xz).",
        discussion: """
            A price of 1.0 means that nothing was traded and is left out. Events with no winner or several, other than dead heats, are faults of the
            source: left out, and listed.
            Example: giddyup import betfair-sp --races ukie_bsp_races.csv.xz --runners ukie_bsp_runners.csv.xz
            """)

    @Option(help: "The file of events.")
    var races: String
    @Option(help: "The file of prices.")
    var runners: String
    @Flag(help: "Read and check the files, and write nothing.")
    var dryRun = false
    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let bar = ProgressBar("import betfair-sp")
        bar.update(0, "reading")
        let files = try BetfairSPImport(races: races, runners: runners)
        try await ImportOutcome.load(files.report, files.races, files.runners, dryRun: dryRun, json: json, bar)
    }
}

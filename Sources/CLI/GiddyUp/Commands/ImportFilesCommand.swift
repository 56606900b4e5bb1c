import ArgumentParser
import Operations
import RacingImport

/// The result of an import: the rows written, and the races left out with the reason.
private struct ImportOutcome: Encodable {
    let report: ImportReport
    let written: RacingLoader.Count
    let isDryRun: Bool

    var lines: [String] {
        let verb = isDryRun ? "would write" : "wrote"
        return [
            "read \(report.races) races, \(report.runners) runners; \(verb) \(written.races) races, "
                + "\(written.runners) runners; left out \(report.skipped.count) races"
        ]
            + report.corrections.sorted { $0.key < $1.key }.map { "  \($0.value) times: \($0.key)" }
            + report.skipped.map { "  left out: \($0.why)" }
    }

    /// Writes the records, unless this is a dry run, and prints the outcome.
    static func load(
        _ report: ImportReport,
        _ races: [RaceRecord],
        _ runners: [RunnerRecord],
        dryRun: Bool,
        json: Bool,
        _ bar: ProgressBar
    ) async throws {
        var written = RacingLoader.Count(races: races.count, runners: runners.count, prices: 0)
        if !dryRun {
            bar.update(0.4, "writing")
            written = try await DevelopmentData.load(races, runners, [], try CommandContext())
        }
        bar.finish("\(races.count) races")
        let outcome = ImportOutcome(report: report, written: written, isDryRun: dryRun)
        if json { return try Console.json(outcome) }
        outcome.lines.forEach(Console.print)
    }
}

struct ImportRPScrapeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rpscrape",
        abstract: "Import cards and results as rpscrape writes them (csv or csv.xz).",
        discussion: """
            A race with a field that cannot be parsed is left out and listed. The rest is written in one transaction. \
            Off times are a 12-hour London clock in the file and become the wall time at the course.

            Example: giddyup import rpscrape 2015.csv.xz
            """
    )

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
        commandName: "betfair-sp",
        abstract: "Import Betfair's starting price files, with staged prices (csv or csv.xz).",
        discussion: """
            A price of 1.0 means that nothing was traded, and is left out. Events with no winner, or with several \
            that are no dead heat, are faults of the source: they are left out and listed.

            Example: giddyup import betfair-sp --races ukie_bsp_races.csv.xz --runners ukie_bsp_runners.csv.xz
            """
    )

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

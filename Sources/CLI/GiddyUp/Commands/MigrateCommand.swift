import ArgumentParser
import ModelingStore
import Operations
import WorkerRuntime

struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Migrate the modeling schema to the newest version, or to another one.",
        discussion: """
            A database that already holds modeling.models, signals and bets is adopted with its rows.

            Example: giddyup migrate --dry-run
            """
    )

    @Option(help: "The migration to end at; a lower number than the current one migrates down.")
    var to: Int?
    @Flag(help: "Print what would be run, and run nothing.")
    var dryRun = false
    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let context = try CommandContext()
        let runner = MigrationRunner(try Migration.read(try ProjectFiles.locate("migrations")))
        let steps = try await context.pool.withConnection { try await runner.run(to: to, dryRun: dryRun, $0) }
        if json { return try Console.json(["steps": steps]) }
        for step in steps { Console.print((dryRun ? "would run " : "ran ") + step) }
        if steps.isEmpty { Console.print("nothing to do") }
    }
}

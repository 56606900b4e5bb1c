import Fleet
import ArgumentParser
import ModelingStore

struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "Bring the modeling schema to its newest version, or to another one.",
        discussion: "A database that already holds modeling.models, signals and bets is adopted as it is.\nExample: giddyup migrate --dry-run")

    @Option(help: "The migration to end at; lower than the present one goes down.")
    var to: Int?
    @Flag(help: "Say what would be run and do nothing.")
    var dryRun = false
    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let connection = try Connection()
        let runner = MigrationRunner(try Migration.read(try ProjectFiles.locate("migrations")))
        let steps = try await connection.pool.withConnection { try await runner.run(to: to, dryRun: dryRun, $0) }
        if json { return try Console.json(["steps": steps]) }
        for step in steps { Console.print((dryRun ? "would run " : "ran ") + step) }
        if steps.isEmpty { Console.print("nothing to do") }
    }
}

import Fleet
import ArgumentParser
import Racing
import Simulation
import Upstream

struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate", abstract: "Fill a development copy of racing.* with a world whose truth is known.",
        discussion:
            "Same seed, same rows. The data says that it is simulated: region SIM, and names that say so.\nA season of the full world is about 100,000 runners in 10,000 races.\nExample: giddyup simulate --seasons 2 --seed 7"
    )

    @Option(help: "Years of racing.")
    var seasons = 2
    @Flag(help: "A small world, a meeting every other day, as the demonstration has it.")
    var small = false
    @Option(help: "The seed.")
    var seed: UInt64 = 1
    @Option(help: "The day after the last season.")
    var until = DayArgument(argument: "2026-01-01")!
    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        guard (1...50).contains(seasons) else { throw ValidationError("--seasons \(seasons): 1 to 50") }
    }

    func run() async throws {
        let count = try await Self.load(seasons: seasons, small: small, seed: seed, until: until.day, try Connection())
        if json { return try Console.json(count) }
        Console.print("simulated \(count.races) races, \(count.runners) runners, \(count.prices) prices")
    }

    static func load(seasons: Int, small: Bool, seed: UInt64, until: CalendarDay, _ connection: Connection) async throws -> UpstreamLoader.Count {
        var settings = small ? SimulationSettings() : .full
        (settings.seasons, settings.seed, settings.end) = (seasons, seed, until)
        let bar = ProgressBar("simulate")
        let expected = Double(seasons * 365 / settings.daysBetween * settings.racesPerMeeting * settings.meetingsPerDay)
        let schema = try ProjectFiles.locate("upstream/racing.sql")
        let chosen = settings
        let count = try await connection.pool.withConnection { superuser in
            try await UpstreamSchema.install(schema, superuser)
            return try await SimulationLoad.load(chosen, superuser) { bar.update(Double($0) / expected, "racing") }
        }
        bar.finish("\(count.races) races")
        return count
    }
}

import ArgumentParser
import Operations

struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Fill a development copy of racing.* with a simulated world whose true probabilities are known.",
        discussion: """
            The same seed gives the same rows. The data is labelled as simulated: region SIM, and names that say so. A \
            season of the full world is about 100,000 runners in 10,000 races.

            Example: giddyup simulate --seasons 2 --seed 7
            """
    )

    @Option(help: "Years of racing.")
    var seasons = 2
    @Flag(help: "A small world with a meeting every other day, as in the demo.")
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
        let count = try await DevelopmentData.simulate(
            seasons: seasons,
            small: small,
            seed: seed,
            until: until.day,
            try CommandContext()
        )
        if json { return try Console.json(count) }
        Console.print("simulated \(count.races) races, \(count.runners) runners, \(count.prices) prices")
    }
}

import ArgumentParser
import Fleet
import Foundation
import Messages
import Racing
import RacingStore

struct WithdrawalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdrawal", abstract: "Tell by how much a runner withdrawn late reduces the others' odds, so that their bets can be settled.",
        discussion: """
            Shares: --rule4 0.25 is 25p in the pound off winnings (bookmakers); --factor 0.182 is a reduction factor of 18.2 % (the exchange's win market).
            Example: giddyup withdrawal --race 20250716208 --day 2025-07-16 --horse 1402 --at 2025-07-16T11:40:00Z --rule4 0.25 --factor 0.182
            """)

    @Option(help: "race_id.")
    var race: Int64
    @Option(help: "The race's day.")
    var day: DayArgument
    @Option(help: "horse_id of the runner that was withdrawn.")
    var horse: Int64
    @Option(help: "When it was, as 2025-07-16T11:40:00Z: bets struck before are reduced.")
    var at: String
    @Option(help: "Rule 4 (c): the share deducted from winnings.")
    var rule4: Double?
    @Option(help: "The exchange's reduction factor in the win market.")
    var factor: Double?
    @Option(help: "The exchange's reduction factor in the place market.")
    var placeFactor: Double?
    @Flag(help: "Check it, and tell nobody.")
    var dryRun = false

    func validate() throws {
        guard Instant(at) != nil else { throw ValidationError("--at \(at): a time as 2025-07-16T11:40:00Z") }
        guard rule4 != nil || factor != nil || placeFactor != nil else { throw ValidationError("name --rule4, --factor or --place-factor") }
        for (name, share, most) in [("--rule4", rule4, 0.9), ("--factor", factor, 0.99), ("--place-factor", placeFactor, 0.99)] {
            if let share, !(0...most).contains(share) { throw ValidationError("\(name) \(share): a share from 0 to \(most)") }
        }
    }

    func run() async throws {
        let connection = try Connection()
        let declared = try await connection.pool.withConnection { try await DeclarationReader.read([RaceKey(raceID: race, day: day.day)], $0) }
        guard let horses = declared[race] else { throw CommandError("there is no race \(race) on \(day.day)") }
        guard horses.contains(horse) else { throw CommandError("horse \(horse) was never declared for race \(race)") }
        var message = RunnerWithdrawal()
        (message.raceID, message.raceDay, message.horseID) = (race, day.day.number, horse)
        message.at = Instant(at)?.microseconds ?? 0
        if let rule4 { message.rule4 = rule4 }
        if let factor { message.factor = factor }
        if let placeFactor { message.placeFactor = placeFactor }
        if !dryRun { try await connection.producer().send([try message.record(prefix: connection.configuration.topicPrefix)]) }
        Console.print("\(dryRun ? "would tell" : "told") of the withdrawal of \(horse) from race \(race) at \(at)")
    }
}

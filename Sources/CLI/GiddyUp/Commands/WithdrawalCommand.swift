import ArgumentParser
import Foundation
import Messages
import ModelingStore
import Operations
import Racing
import RacingStore

struct WithdrawalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdrawal",
        abstract: "Report by how much a late withdrawal reduces the other runners' odds, so that bets can be settled.",
        discussion: """
            Shares: --rule4 0.25 deducts 25p in the pound from winnings (bookmakers); --factor 0.182 is a reduction \
            factor of 18.2 % (the exchange's win market).

            Example: giddyup withdrawal --race 20250716208 --day 2025-07-16 --horse 1402 --at 2025-07-16T11:40:00Z \
            --rule4 0.25 --factor 0.182
            """
    )

    @Option(help: "race_id.")
    var race: Int64
    @Option(help: "The race's day.")
    var day: DayArgument
    @Option(help: "horse_id of the runner that was withdrawn.")
    var horse: Int64
    @Option(help: "When it was withdrawn, such as 2025-07-16T11:40:00Z: earlier bets are reduced.")
    var at: String
    @Option(help: "Rule 4 (c): the share deducted from winnings.")
    var rule4: Double?
    @Option(help: "The exchange's reduction factor in the win market.")
    var factor: Double?
    @Option(help: "The exchange's reduction factor in the place market.")
    var placeFactor: Double?
    @Flag(help: "Check it, and report nothing.")
    var dryRun = false

    func validate() throws {
        guard Instant(at) != nil else {
            throw ValidationError("--at \(at) is not a time such as 2025-07-16T11:40:00Z")
        }
        guard rule4 != nil || factor != nil || placeFactor != nil else {
            throw ValidationError("use at least one of --rule4, --factor and --place-factor")
        }
        for (name, share, limit) in [
            ("--rule4", rule4, RunnerWithdrawal.rule4Limit),
            ("--factor", factor, RunnerWithdrawal.factorLimit),
            ("--place-factor", placeFactor, RunnerWithdrawal.factorLimit),
        ] {
            guard let share, !(0...limit).contains(share) else { continue }
            throw ValidationError("\(name) \(share) is not a share from 0 to \(limit)")
        }
    }

    func run() async throws {
        let context = try CommandContext()
        let declared = try await context.pool.withConnection { connection in
            try await DeclarationReader.read([RaceKey(raceID: race, day: day.day)], connection)
        }
        guard let horses = declared[race] else { throw CommandError("there is no race \(race) on \(day.day)") }
        guard horses.contains(horse) else {
            throw CommandError("horse \(horse) was never declared for race \(race)")
        }
        if !dryRun {
            let known = try await context.pool.withConnection { connection in
                try await WithdrawalStore.readRevision(race: race, horse: horse, connection)
            }
            try await context.send([withdrawal(after: known)])
        }
        let verb = dryRun ? "would report" : "reported"
        Console.print("\(verb) the withdrawal of \(horse) from race \(race) at \(at)")
    }

    /// - Parameter known: the revision of the newest report, which this one replaces even if a clock was wrong.
    private func withdrawal(after known: Int64?) -> RunnerWithdrawal {
        var withdrawal = RunnerWithdrawal()
        withdrawal.raceID = race
        withdrawal.raceDay = day.day.number
        withdrawal.horseID = horse
        withdrawal.at = Instant(at)?.microseconds ?? 0
        withdrawal.revision = max(Instant(Date()).microseconds, (known ?? 0) + 1)
        if let rule4 { withdrawal.rule4 = rule4 }
        if let factor { withdrawal.factor = factor }
        if let placeFactor { withdrawal.placeFactor = placeFactor }
        return withdrawal
    }
}

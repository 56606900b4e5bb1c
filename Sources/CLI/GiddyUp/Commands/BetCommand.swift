import ArgumentParser
import Betting
import Foundation
import Messages
import Operations
import Racing
import RacingStore

struct BetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bet",
        abstract: "Record a bet that was struck.",
        discussion: """
            Idempotent: a bet with the same --ref is recorded once.

            Example: giddyup bet --race 20250716208 --day 2025-07-16 --horse 1402 --side win --odds 8.5 --stake 2
            """
    )

    @Option(help: "race_id.")
    var race: Int64
    @Option(help: "The race's day.")
    var day: DayArgument
    @Option(help: "horse_id.")
    var horse: Int64
    @Option(help: "win, ew or place.")
    var side = "win"
    @Option(help: "Decimal odds, stake included.")
    var odds: Double
    @Option(help: "The stake, in units.")
    var stake: Double
    @Option(help: "A unique name for the bet; by default a new one.")
    var ref: String?
    @Option(help: "When it was struck, such as 2025-07-16T10:00:00Z; by default now.")
    var at: String?
    @Option(help: "Where it was struck: a source of the staking policy.")
    var source = "cli"
    @Option(help: "The number of places paid; by default the usual number.")
    var places: UInt32?
    @Option(help: "The fraction of the win odds paid for a place: 0.2 for a fifth.")
    var placeFraction: Double?
    @Flag(help: "Check the bet, and record nothing.")
    var dryRun = false
    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        guard BetType(rawValue: side) != nil else { throw ValidationError("--side \(side): use win, ew or place") }
        guard odds > 1, odds.isFinite else { throw ValidationError("--odds \(odds): decimal odds must be above 1") }
        guard stake > 0, stake.isFinite else { throw ValidationError("--stake \(stake) is not above 0") }
        if places != nil || placeFraction != nil { try validateTerms() }
        if let at, Instant(at) == nil {
            throw ValidationError("--at \(at) is not a time such as 2025-07-16T10:00:00Z")
        }
    }

    private func validateTerms() throws(ValidationError) {
        guard side != "win" else { throw ValidationError("--places: a win bet has no places") }
        guard let places, (1...10).contains(places) else { throw ValidationError("--places: 1 to 10") }
        guard side == "place" || placeFraction.map({ $0 > 0 && $0 <= 1 }) == true else {
            throw ValidationError("--place-fraction: above 0 and at most 1, together with --places")
        }
    }

    func run() async throws {
        let context = try CommandContext()
        let bet = placement()
        let cards = try await context.pool.withConnection { connection in
            try await CardReader.read([RaceKey(raceID: race, day: day.day)], connection)
        }
        guard let card = cards[race] else { throw CommandError("there is no race \(race) on \(day.day)") }
        guard let runner = card.runners.first(where: { $0.horseID == horse }) else {
            let field = card.runners.map { "\($0.horseID) \($0.horseName)" }.joined(separator: ", ")
            throw CommandError("horse \(horse) does not run in race \(race): \(field)")
        }
        let off = try card.offInstant()
        guard bet.at <= off.microseconds else { throw CommandError("the bet is after the off of the race, \(off)") }
        if !dryRun { try await context.send([bet]) }
        if json { return try Console.json(["bet_ref": bet.betRef]) }
        let verb = dryRun ? "would record" : "recorded"
        Console.print("\(verb) \(bet.betRef): \(stake) on \(runner.horseName) at \(odds), \(side)")
    }

    private func placement() -> BetPlacement {
        var bet = BetPlacement()
        bet.betRef = ref ?? UUID().uuidString.lowercased()
        bet.at = (at.flatMap { Instant($0) } ?? Instant(Date())).microseconds
        bet.raceID = race
        bet.raceDay = day.day.number
        bet.horseID = horse
        bet.side = side
        bet.odds = odds
        bet.stake = stake
        bet.source = source
        if let places { bet.places = places }
        if let placeFraction { bet.placeFraction = placeFraction }
        return bet
    }
}

import ArgumentParser
import Betting
import Fleet
import Foundation
import Messages
import Racing
import RacingStore

struct BetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bet", abstract: "Record a bet that was struck.",
        discussion:
            "The same --ref again is the same bet.\nExample: giddyup bet --race 20250716208 --day 2025-07-16 --horse 1402 --side win --odds 8.5 --stake 2"
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
    @Option(help: "Your own name for the bet; by default a new one.")
    var ref: String?
    @Option(help: "When it was struck, as 2025-07-16T10:00:00Z; by default now.")
    var at: String?
    @Option(help: "Where.")
    var source = "cli"
    @Option(help: "Places paid, as struck; by default the usual ones.")
    var places: UInt32?
    @Option(help: "The fraction of the win odds that places pay, as struck: 0.2 for a fifth.")
    var placeFraction: Double?
    @Flag(help: "Check the bet, and record nothing.")
    var dryRun = false
    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        guard BetSide(rawValue: side) != nil else { throw ValidationError("--side \(side): win, ew or place") }
        guard odds > 1, odds.isFinite else { throw ValidationError("--odds \(odds): decimal odds are above 1") }
        guard stake > 0, stake.isFinite else { throw ValidationError("--stake \(stake): above 0") }
        if places != nil || placeFraction != nil {
            guard side != "win" else { throw ValidationError("--places: a win bet has none") }
            guard let places, (1...10).contains(places) else { throw ValidationError("--places: 1 to 10") }
            guard side == "place" || placeFraction.map({ $0 > 0 && $0 <= 1 }) == true else {
                throw ValidationError("--place-fraction: above 0, at most 1, with --places")
            }
        }
        if let at, Instant(at) == nil { throw ValidationError("--at \(at): a time as 2025-07-16T10:00:00Z") }
    }

    func run() async throws {
        let connection = try Connection()
        var bet = BetPlacement()
        bet.betRef = ref ?? UUID().uuidString.lowercased()
        bet.at = (at.flatMap { Instant($0) } ?? Instant(Date())).microseconds
        (bet.raceID, bet.raceDay, bet.horseID) = (race, day.day.number, horse)
        (bet.side, bet.odds, bet.stake, bet.source) = (side, odds, stake, source)
        if let places { bet.places = places }
        if let placeFraction { bet.placeFraction = placeFraction }
        let cards = try await connection.pool.withConnection { try await CardReader.read([RaceKey(raceID: race, day: day.day)], $0) }
        guard let card = cards[race] else { throw CommandError("there is no race \(race) on \(day.day)") }
        guard let runner = card.runners.first(where: { $0.horseID == horse }) else {
            throw CommandError(
                "horse \(horse) does not run in race \(race): \(card.runners.map { "\($0.horseID) \($0.horseName)" }.joined(separator: ", "))")
        }
        let off = try card.offInstant()
        guard bet.at <= off.microseconds else { throw CommandError("the race was off at \(off): a bet is struck before") }
        if !dryRun { try await connection.producer().send([try bet.record(prefix: connection.configuration.topicPrefix)]) }
        if json { return try Console.json(["bet_ref": bet.betRef]) }
        Console.print("\(dryRun ? "would record" : "recorded") \(bet.betRef): \(stake) on \(runner.horseName) at \(odds), \(side)")
    }
}

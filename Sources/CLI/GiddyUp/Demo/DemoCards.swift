import Foundation
import ModelingStore
import Operations
import Racing
import RacingStore
import Reporting

/// The race cards of a day for display: signals at the time of betting, results and bets.
struct DemoCards {
    struct Card: Sendable {
        let table: RaceCardTable
        let race: ScheduledRace
        /// Total stake in units.
        let staked: Double
    }

    let cards: [Card]
    /// The names of the day's horses, by id.
    let horses: [Int64: String]

    /// The card to show first: the one with the largest stake, or the last of the day.
    var feature: Card? { cards.max { ($0.staked, $0.race.off) < ($1.staked, $1.race.off) } }

    /// Reads the cards and the results of a day.
    ///
    /// - Parameters:
    ///   - signals: the signals at the time of betting, by race.
    ///   - label: the origin of the data, such as "simulated".
    init(
        _ races: [ScheduledRace],
        signals: [Int64: [StoredSignal]],
        bets: [RecordedBet],
        label: String,
        _ context: CommandContext
    ) async throws {
        let (declared, results) = try await context.pool.withConnection { connection in
            let declared = try await CardReader.read(races.map(\.key), connection)
            return (declared, try await ResultReader.read(races, connection).results)
        }
        let betsByRace = Dictionary(grouping: bets, by: \.raceID)
        horses = Dictionary(
            declared.values.flatMap { $0.runners.map { ($0.horseID, $0.horseName) } },
            uniquingKeysWith: { first, _ in first }
        )
        cards = try races.compactMap { race in
            let raceID = race.key.raceID
            guard let card = declared[raceID], let signals = signals[raceID] else { return nil }
            return try Self.card(
                card,
                race: race,
                signals: signals,
                bets: betsByRace[raceID] ?? [],
                results: results[raceID] ?? [],
                label: label
            )
        }
    }

    /// - Returns: `nil` without signals.
    private static func card(
        _ card: RaceCard,
        race: ScheduledRace,
        signals: [StoredSignal],
        bets: [RecordedBet],
        results: [OfficialResult],
        label: String
    ) throws -> Card? {
        guard let asOf = signals.first?.asOf else { return nil }
        let rows = signals.compactMap { row($0, card, bets: bets, results: results) }
        let secondsBefore = race.off.seconds(since: asOf)
        let moment = secondsBefore > 0 ? "\(Int(secondsBefore / 60)) minutes before the off" : "the off"
        let facts: [String?] = [
            card.raceClass,
            card.furlongs.isNaN ? nil : "\(Figure.fixed(card.furlongs, decimals: 1)) furlongs",
            card.going,
            card.surface,
            "\(rows.count) runners",
        ]
        let clock = card.off.map { String(format: "%02d:%02d", $0.seconds / 3600, $0.seconds / 60 % 60) } ?? ""
        let zone = try card.zone().identifier
        let table = RaceCardTable(
            title: "\(clock) \(card.courseName), \(card.day)\(card.name.isEmpty ? "" : ", \(card.name)")",
            subtitle: facts.compactMap(\.self).joined(separator: ", ")
                + "; as of \(moment) (\(zone)); \(label)",
            rows: rows
        )
        return Card(table: table, race: race, staked: bets.reduce(0) { $0 + $1.stake })
    }

    /// - Returns: `nil` if the runner is no longer on the card.
    private static func row(
        _ signal: StoredSignal,
        _ card: RaceCard,
        bets: [RecordedBet],
        results: [OfficialResult]
    ) -> RaceCardTable.Row? {
        guard let runner = card.runners.first(where: { $0.horseID == signal.horseID }) else { return nil }
        let runnerBets = bets.filter { $0.horseID == signal.horseID }
        let isPaper = runnerBets.contains { $0.source == DemoBot.paperSource }
        let result = results.first { $0.horseID == signal.horseID }
        return RaceCardTable.Row(
            number: runner.number.map(String.init) ?? "",
            horse: runner.horseName,
            jockey: runner.jockeyName ?? "",
            probability: signal.pWin,
            fairOdds: signal.fairOdds,
            marketOdds: signal.odds,
            edge: signal.edge,
            stake: runnerBets.reduce(0) { $0 + $1.stake },
            why: isPaper
                ? "not advised: paper bet"
                : SignalWords(reasonsJSON: signal.reasonsJSON, stake: signal.stake).line,
            result: result.map { $0.finish.position.map(String.init) ?? "unp" }
        )
    }
}

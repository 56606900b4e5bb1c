import Foundation
import ModelingStore
import Racing
import RacingStore
import Reporting

/// The day's race cards as people read them: signals at the moment of betting, results, and what was bet.
struct DemoCards {
    struct Card: Sendable {
        let table: RaceCardTable
        let entry: DiaryEntry
        let staked: Double
    }
    let cards: [Card]
    /// The names of the day's horses, by id.
    let horses: [Int64: String]

    init(
        _ races: [DiaryEntry], signals: [Int64: [StoredSignal]], bets: [RecordedBet], label: String, _ connection: Connection
    ) async throws {
        let (declared, results) = try await connection.pool.withConnection { database in
            (try await CardReader.read(races.map(\.key), database), try await ResultReader.read(races, database).results)
        }
        horses = Dictionary(declared.values.flatMap { $0.runners.map { ($0.horseID, $0.horseName) } }, uniquingKeysWith: { first, _ in first })
        cards = try races.compactMap { entry in
            guard let card = declared[entry.key.raceID], let signals = signals[entry.key.raceID], let asOf = signals.first?.asOf else { return nil }
            let own = bets.filter { $0.raceID == entry.key.raceID }
            let finishes = Dictionary((results[entry.key.raceID] ?? []).map { ($0.horseID, $0.finish) }, uniquingKeysWith: { first, _ in first })
            let rows = signals.compactMap { signal -> RaceCardTable.Row? in
                guard let runner = card.runners.first(where: { $0.horseID == signal.horseID }) else { return nil }
                let isPaper = own.contains { $0.horseID == signal.horseID && $0.source == DemoBot.paper }
                return RaceCardTable.Row(
                    number: runner.number.map(String.init) ?? "", horse: runner.horseName, jockey: runner.jockeyName ?? "",
                    probability: signal.pWin, fairOdds: signal.fairOdds, marketOdds: signal.odds, edge: signal.edge,
                    stake: own.filter { $0.horseID == signal.horseID }.reduce(0) { $0 + $1.stake },
                    why: isPaper ? "not advised: on paper only" : SignalWords.why(signal),
                    result: finishes[signal.horseID].map { $0.position.map(String.init) ?? "unp" })
            }
            let zone = try card.zone()
            let before = entry.off.seconds(since: asOf)
            let clock = card.off.map { String(format: "%02d:%02d", $0.seconds / 3600, $0.seconds / 60 % 60) } ?? ""
            let facts = [
                card.raceClass, card.furlongs.isNaN ? nil : String(format: "%.1f furlongs", card.furlongs), card.going, card.surface,
                "\(rows.count) runners",
            ]
            return Card(
                table: RaceCardTable(
                    title: "\(clock) \(card.courseName), \(card.day)\(card.name.isEmpty ? "" : ", \(card.name)")",
                    subtitle: facts.compactMap(\.self).joined(separator: ", ")
                        + "; as of \(before > 0 ? "\(Int(before / 60)) minutes before the off" : "the off") (\(zone.identifier)); \(label)",
                    rows: rows),
                entry: entry, staked: own.reduce(0) { $0 + $1.stake })
        }
    }

    /// The one to show first: where most was staked, else the last of the day.
    var feature: Card? { cards.max { ($0.staked, $0.entry.off) < ($1.staked, $1.entry.off) } }
}

/// What reasons_json says, in a line.
enum SignalWords {
    private struct Reasons: Decodable {
        struct Push: Decodable {
            let words: String
            let push: Double
        }
        let gates: [String]
        let missing: [String]
        let warnings: [String]
        let why: [Push]?
    }

    static func why(_ signal: StoredSignal) -> String {
        guard let reasons = try? JSONDecoder().decode(Reasons.self, from: Data(signal.reasonsJSON.utf8)) else { return "" }
        let pushes = (reasons.why ?? []).prefix(2).map { "\($0.push > 0 ? "+" : "-") \($0.words)" }
        return (pushes + (signal.stake > 0 || pushes.isEmpty ? reasons.gates : []) + (pushes.isEmpty ? reasons.missing : [])).joined(separator: "; ")
    }
}

import Foundation
import ModelingStore
import Racing
import RacingStore
import Reporting

/// One race: its runners with probability, fair odds, market, edge, stake, reasons, and how the price moved.
struct RacePage {
    let board: BoardDay
    let race: ScheduledRace
    let path: [Int64: [BoardStore.Point]]

    var html: String {
        let card = board.cards[race.key.raceID]
        let signals = (board.signals[race.key.raceID] ?? []).sorted { ($1.pWin, $0.horseID) < ($0.pWin, $1.horseID) }
        var html = "<h2>\(Markup.clock(race, card)) \(HTML.escape(title(card)))</h2>"
        html += Markup.note(facts(card))
        if let winners = board.winners(race) { html += "<p><b>Won by \(HTML.escape(winners)).</b></p>" }
        guard let asOf = signals.first?.asOf else { return html + Markup.note("Not scored yet.") }
        let age = board.now.seconds(since: asOf)
        html += "<p>As of \(asOf), \(Figure.duration(age)) ago; \(state)</p>"
        let largest = signals.map(\.pWin).max() ?? 1
        let header: [Markup.Cell] = [
            .number("No"), .text("Horse"), .number("p"), .number("Fair"), .number("Market"), .number("Edge"),
            .number("Stake"), .text("Price"),
        ]
        return html + Markup.table(header, signals.map { row($0, card, largest: largest) }, class: "card")
    }

    private func title(_ card: RaceCard?) -> String {
        card.map { "\($0.courseName)\($0.name.isEmpty ? "" : ", \($0.name)")" } ?? "race \(race.key.raceID)"
    }

    private func facts(_ card: RaceCard?) -> String {
        guard let card else { return "The card is no longer in racing.*." }
        let facts: [String?] = [
            "\(card.day)", card.raceClass,
            card.furlongs.isNaN ? nil : "\(Figure.fixed(card.furlongs, decimals: 1)) furlongs", card.going,
            card.surface, "\(card.runners.count) runners",
        ]
        return facts.compactMap(\.self).joined(separator: ", ")
    }

    private var state: String {
        race.off < board.now ? "the race is off" : "off in \(Markup.countdown(to: race.off, from: board.now))"
    }

    private func row(_ signal: StoredSignal, _ card: RaceCard?, largest: Double) -> String {
        let runner = card?.runners.first { $0.horseID == signal.horseID }
        let stake = board.stakes[BoardStore.Runner(raceID: race.key.raceID, horseID: signal.horseID)] ?? 0
        let width = Int((signal.pWin / largest * 60).rounded())
        return Markup.row(
            [
                .number(runner?.number.map(String.init) ?? ""),
                .html(horse(signal, runner)),
                .numberHTML("\(Figure.percent(signal.pWin))<div class=\"bar\" style=\"width:\(width)px\"></div>"),
                .number(Figure.odds(signal.fairOdds)),
                .number(signal.odds.map(Figure.odds) ?? "-"),
                .number(signal.edge.map(Figure.edge) ?? "-"),
                .numberHTML(Self.stake(stake, advised: signal.stake)),
                .html(price(signal.horseID, runner)),
            ],
            class: stake > 0 ? "staked" : ""
        )
    }

    /// What may be staked now; what was advised, if the day's limits or earlier bets leave nothing of it.
    private static func stake(_ stake: Double, advised: Double) -> String {
        if stake > 0 { return "<b>\(Figure.units(stake))</b>" }
        return advised > 0 ? "<small>\(Figure.units(advised)) advised</small>" : ""
    }

    private func horse(_ signal: StoredSignal, _ runner: DeclaredRunner?) -> String {
        let why = SignalWords(reasonsJSON: signal.reasonsJSON, stake: signal.stake).line
        let result = board.results[race.key.raceID]?.first { $0.horseID == signal.horseID }
        let place = result.map { $0.finish.position.map { "\($0)." } ?? "unplaced" } ?? ""
        let words = [runner?.jockeyName ?? "", why].filter { !$0.isEmpty }.joined(separator: " · ")
        return "<b>\(HTML.escape(runner?.horseName ?? "horse \(signal.horseID)"))</b> <small>\(place)</small><br>"
            + "<small>\(HTML.escape(words))</small>"
    }

    private func price(_ horseID: Int64, _ runner: DeclaredRunner?) -> String {
        let points = (path[horseID] ?? []).compactMap { point in
            point.odds.map { (x: Double(point.asOf.microseconds), y: $0) }
        }
        guard points.count > 1, let first = points.first, let last = points.last else { return "" }
        return Sparkline.svg(points, label: "price of \(runner?.horseName ?? "the horse")")
            + "<small>\(Figure.odds(first.y)) → \(Figure.odds(last.y))</small>"
    }
}

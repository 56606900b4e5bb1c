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
        html += "<p>As of \(asOf), \(Markup.duration(age)) ago; \(state)</p>"
        html += """
            <table class="card"><thead><tr><th>No</th><th>Horse</th><th>p</th><th>Fair</th><th>Market</th><th>Edge</th>
            <th>Stake</th><th>Price</th></tr></thead><tbody>
            """
        let largest = signals.map(\.pWin).max() ?? 1
        html += signals.map { row($0, card, largest: largest) }.joined()
        return html + "</tbody></table>"
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
        let why = SignalWords(reasonsJSON: signal.reasonsJSON, stake: signal.stake).line
        let result = board.results[race.key.raceID]?.first { $0.horseID == signal.horseID }
        let place = result.map { " <small>\($0.finish.position.map { "\($0)." } ?? "unplaced")</small>" } ?? ""
        let points = (path[signal.horseID] ?? []).compactMap { point in
            point.odds.map { (x: Double(point.asOf.microseconds), y: $0) }
        }
        let spark = Sparkline.svg(points, label: "price of \(runner?.horseName ?? "the horse")")
        let range = points.map(\.y)
        let ends = range.count > 1 ? "<small>\(Figure.odds(range[0])) → \(Figure.odds(range[range.count - 1]))</small>" : ""
        let advised =
            signal.stake > 0 && stake == 0 ? "<br><small>\(Figure.units(signal.stake)) advised</small>" : ""
        return """
            <tr\(stake > 0 ? " class=\"staked\"" : "")><td class="n">\(runner?.number.map(String.init) ?? "")</td>
            <td><b>\(HTML.escape(runner?.horseName ?? "horse \(signal.horseID)"))</b>\(place)<br>
            <small>\(HTML.escape(runner?.jockeyName ?? ""))\(why.isEmpty ? "" : " · \(HTML.escape(why))")</small></td>
            <td class="n">\(Figure.percent(signal.pWin))<div class="bar" style="width:\(bar(signal, largest))px"></div></td>
            <td class="n">\(Figure.odds(signal.fairOdds))</td>
            <td class="n">\(signal.odds.map(Figure.odds) ?? "-")</td>
            <td class="n">\(signal.edge.map(Figure.edge) ?? "-")</td>
            <td class="n">\(stake > 0 ? "<b>\(Figure.units(stake))</b>" : "")\(advised)</td>
            <td>\(spark)\(ends)</td></tr>
            """
    }

    private func bar(_ signal: StoredSignal, _ largest: Double) -> Int { Int((signal.pWin / largest * 60).rounded()) }
}

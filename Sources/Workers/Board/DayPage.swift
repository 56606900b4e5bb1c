import Foundation
import Racing
import RacingStore
import Reporting

/// The races of a day: the next one first on a race day, with what may be bet now.
struct DayPage {
    let board: BoardDay

    var html: String {
        guard !board.races.isEmpty else { return Markup.note("No races on \(board.day).") }
        let (open, run) = (board.races.filter { $0.off >= board.now }, board.races.filter { $0.off < board.now })
        var html = ""
        if let model = board.model {
            html += Markup.note("\(model.name) \(model.version) in production; clock \(board.now)")
        } else {
            html += Markup.warning("No model is in production: nothing is scored.")
        }
        if !open.isEmpty { html += "<h2>To come</h2>" + open.map(row).joined() }
        if !run.isEmpty { html += "<h2>Run</h2>" + run.reversed().map(row).joined() }
        return html
    }

    private func row(_ race: ScheduledRace) -> String {
        let card = board.cards[race.key.raceID]
        let name = card.map { "\($0.courseName) \($0.name)" } ?? "race \(race.key.raceID)"
        let units = board.units(race)
        return """
            <a class="race\(units > 0 ? " staked" : "")" href="/race/\(race.key.day)/\(race.key.raceID)">
            <span class="clock">\(Markup.clock(race, card))</span>
            <span class="name">\(HTML.escape(name))<br><small>\(HTML.escape(line(race)))</small></span>
            <span class="state">\(state(race))\(units > 0 ? "<br><b>\(Figure.units(units)) u</b>" : "")</span></a>
            """
    }

    private func line(_ race: ScheduledRace) -> String {
        if let winners = board.winners(race) { return "won by \(winners)" }
        guard let favourite = board.favourite(race) else { return "not scored yet" }
        let odds = favourite.odds.map { ", market \(Figure.odds($0))" } ?? ""
        return "\(board.horse(favourite.horseID, in: race)) \(Figure.percent(favourite.pWin)), "
            + "fair \(Figure.odds(favourite.fairOdds))\(odds)"
    }

    private func state(_ race: ScheduledRace) -> String {
        if board.results[race.key.raceID] != nil { return "result" }
        return race.off < board.now ? "off" : Markup.countdown(to: race.off, from: board.now)
    }
}

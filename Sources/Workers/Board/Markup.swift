import Foundation
import Racing
import RacingStore
import Reporting

/// The pieces of HTML that the pages share.
enum Markup {
    static func note(_ text: String) -> String { "<p class=\"note\">\(HTML.escape(text))</p>" }
    static func warning(_ text: String) -> String { "<p class=\"warning\">\(HTML.escape(text))</p>" }

    /// A cell of a table.
    enum Cell {
        case text(String)
        /// Aligned to the right.
        case number(String)
        /// Markup whose texts are escaped already.
        case html(String)
        case numberHTML(String)

        func element(_ tag: String) -> String {
            switch self {
            case .text(let text): "<\(tag)>\(HTML.escape(text))</\(tag)>"
            case .number(let text): "<\(tag) class=\"n\">\(HTML.escape(text))</\(tag)>"
            case .html(let markup): "<\(tag)>\(markup)</\(tag)>"
            case .numberHTML(let markup): "<\(tag) class=\"n\">\(markup)</\(tag)>"
            }
        }
    }

    static func row(_ cells: [Cell], class name: String = "") -> String {
        "<tr\(name.isEmpty ? "" : " class=\"\(name)\"")>\(cells.map { $0.element("td") }.joined())</tr>"
    }

    /// - Parameter rows: made by `row`.
    static func table(_ header: [Cell], _ rows: [String], class name: String = "") -> String {
        "<table class=\"\(name)\"><thead><tr>\(header.map { $0.element("th") }.joined())</tr></thead>"
            + "<tbody>\(rows.joined())</tbody></table>"
    }

    /// The off at the course.
    static func clock(_ race: ScheduledRace, _ card: RaceCard?) -> String {
        guard let off = card?.off else { return "\(race.off)" }
        return String(format: "%02d:%02d", off.seconds / 3600, off.seconds / 60 % 60)
    }

    /// A countdown that the page's script keeps running between two updates.
    static func countdown(to off: Instant, from now: Instant) -> String {
        let seconds = max(0, Int(off.seconds(since: now)))
        return "<time data-left=\"\(seconds)\">\(left(seconds))</time>"
    }

    private static func left(_ seconds: Int) -> String {
        seconds >= 3600
            ? "\(seconds / 3600) h \(seconds / 60 % 60) min" : String(format: "%d:%02d", seconds / 60, seconds % 60)
    }

    /// A whole page around the content that server-sent events replace.
    static func page(_ content: String, path: String) -> String {
        let links = [("/", "Races"), ("/fleet", "Fleet"), ("/record", "Record"), ("/drift", "Drift")].map {
            link,
            name in
            "<a href=\"\(link)\"\(link == path ? " class=\"here\"" : "")>\(name)</a>"
        }
        return """
            <!doctype html><html lang="en"><head><meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1"><title>GiddyUp</title>
            <noscript><meta http-equiv="refresh" content="10"></noscript><style>\(BoardStyle.css)</style></head>
            <body><nav><b>GiddyUp</b>\(links.joined())<span id="link" title="updates">●</span></nav>
            <main>\(content)</main><script>\(BoardStyle.script)</script></body></html>
            """
    }
}

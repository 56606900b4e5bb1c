import Foundation
import ModelingStore
import Overview
import Racing
import Reporting
import TopicReading

/// Whether the fleet works: workers, lag by lane, form book, dead letters and the day so far.
struct FleetPage {
    let overview: FleetOverview

    var html: String {
        // The details of a server's error, in parentheses, may name hosts and roles: they are for the log.
        let problems = overview.problems.map { problem in
            let isServer = problem.hasPrefix("postgres:") || problem.hasPrefix("kafka:")
            return Markup.warning(isServer ? String(problem.prefix { $0 != "(" }) : problem)
        }.joined()
        return (problems.isEmpty ? "<p class=\"good\">No problems.</p>" : problems) + figures + workers + lag
    }

    private var figures: String {
        guard let day = overview.figures, let status = overview.status else { return "" }
        let tick = day.lastTick.map { Figure.duration(overview.at.seconds(since: $0)) + " ago" } ?? "never"
        let models = status.activeModels.map { "\($0.name) \($0.version)\($0.isShadow ? " (shadow)" : "")" }
        let cells = [
            ("races scored", "\(day.scored) of \(day.races)"), ("results", "\(day.results)"),
            ("last tick", tick),
            ("ticks today", "\(day.ticks)\(day.missedTicks > 0 ? ", \(day.missedTicks) missed" : "")"),
            ("may be bet now", "\(Figure.units(day.advisedUnits)) units on \(day.advised)"),
            ("bets", "\(day.bets), \(Figure.units(day.stakedUnits)) units"),
            ("settled", "\(day.settled), \(Figure.units(day.profit)) won"),
            ("models", models.isEmpty ? "none" : models.joined(separator: ", ")),
            ("form book", overview.formBookAge.map { "compared \(Figure.duration($0)) ago" } ?? "not read yet"),
            ("dead letters", overview.deadLetters.map { "\($0) kept, \(overview.closedDeadLetters) closed" } ?? "?"),
        ]
        return "<dl>" + cells.map { "<div><dt>\($0.0)</dt><dd>\(HTML.escape($0.1))</dd></div>" }.joined() + "</dl>"
    }

    private var workers: String {
        let rows = overview.workers.map { worker in
            Markup.row([
                .text(worker.worker), .text(worker.host), .number("\(worker.handled)"), .number("\(worker.dead)"),
                .text(worker.problems.isEmpty ? "ready" : worker.problems.joined(separator: "; ")),
            ])
        }
        let header: [Markup.Cell] = [
            .text("Worker"), .text("Host"), .number("Handled"), .number("Dead"), .text("State"),
        ]
        return "<h2>Workers</h2>" + Markup.table(header, rows)
    }

    private var lag: String {
        guard let lag = overview.lag else { return "" }
        let rows = lag.map { item in
            Markup.row(
                [.text(item.worker), .text(item.topic), .number("\(item.messages)")],
                class: item.messages > 0 ? "behind" : ""
            )
        }
        return "<h2>Lag</h2>" + Markup.table([.text("Worker"), .text("Topic"), .number("Messages")], rows)
    }
}

import ArgumentParser
import DevStack
import Foundation
import Operations

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Run the whole pipeline on this machine: data, training, backfill, a race day, settlement, a report.",
        discussion: """
            Starts a private Postgres and a broker, or uses those that DATABASE_URL (an empty database) and \
            KAFKA_BOOTSTRAP_SERVERS name, and starts every worker as a process. Without --data the world is \
            simulated, and labelled so. Leaves report.html, summary.json and the workers' logs in ./demo. One unit of \
            stake is 1/100 of the bankroll.

            Example: giddyup demo --data ../racing-data
            """
    )

    @Option(help: "A folder with Hong Kong's hk_races and hk_runners (csv or csv.xz).")
    var data: String?
    @Flag(help: "A smaller world, fewer trees and a faster clock.")
    var fast = false
    @Option(help: "Seconds of the race day per real second; by default 900, or 1800 with --fast.")
    var speed: Double?
    @Option(help: "The folder of the report, the summary and the logs.")
    var output = "demo"
    @Flag(help: "Print only the summary, as JSON.")
    var json = false

    func validate() throws {
        if let speed, !(1...3600).contains(speed) { throw ValidationError("--speed \(speed): 1 to 3600") }
    }

    func run() async throws {
        let start = ContinuousClock.now
        let world = try DemoWorld(folder: data, fast: fast)
        try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
        let stack = try await DevStack.start()
        do {
            let demo = try Demo(
                world,
                stack,
                fast: fast,
                speed: speed ?? (fast ? 1800 : 900),
                output: output,
                start: start
            )
            let result = try await demo.run()
            try show(result)
            await stack.stop()
        } catch {
            await stack.stop()
            throw error
        }
    }

    private func show(_ result: Demo.Result) throws {
        let summary = result.summary
        if json {
            try Console.json(summary)
        } else {
            if let card = result.cards.feature {
                let text = card.table.text(colours: Console.hasColours, columns: Console.columns)
                Console.print("\n" + text + "\n")
            }
            EvaluationLines(summary.evaluation).lines.forEach(Console.print)
            let totals = String(format: "%+.2f units", summary.profit)
            let seconds = String(format: "%.0f s", summary.seconds)
            Console.print(
                "race day \(summary.raceDay): \(summary.bets) bets, \(summary.settled) settled, \(totals); "
                    + "\(summary.deadLetters) dead letters; \(seconds) in all"
            )
            Console.print("report: \(output)/report.html; figures: \(output)/summary.json")
        }
        guard summary.deadLetters == 0 else {
            throw CommandError(
                "\(summary.deadLetters) messages ended in dead.letters: the workers' logs are in \(output)/logs"
            )
        }
    }
}

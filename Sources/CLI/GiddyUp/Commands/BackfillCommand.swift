import ArgumentParser
import Foundation
import Operations

struct BackfillCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backfill",
        abstract: "Score past races again through the fleet's backfill lane.",
        discussion: """
            Each race is scored as of a time before its off, from what racing.* holds now: a reconstruction. Live \
            signals are never replaced. Workers that are not running are started for this run.

            A backfill rides out a restart of Postgres. If the backfill itself was interrupted, --resume goes on with \
            it under the same revision.

            Example: giddyup backfill --from 2024-07-06 --to 2025-07-16 --before-off 60m
            """
    )

    @Option(help: "The first day.")
    var from: DayArgument
    @Option(help: "The last day.")
    var to: DayArgument
    @Option(help: "How long before the off each race is scored, such as 60m; 0m is the off itself.")
    var beforeOff = DurationArgument.zero
    @Option(help: "NAME or NAME@VERSION; without a version, the one in production.")
    var model = ModelArgument.standard
    @Option(help: "The maximum number of races requested but not yet finished.")
    var outstanding = 2000
    @Flag(help: "Explain every signal; this costs many times as much as the prediction.")
    var explain = false
    @Flag(help: "Go on with an interrupted backfill of the same window, model and lead.")
    var resume = false
    @Flag(help: "Print what would be requested, and request nothing.")
    var dryRun = false
    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        try Check.window(from, to)
        guard outstanding > 0 else { throw ValidationError("--outstanding \(outstanding) is not above 0") }
    }

    func run() async throws {
        let context = try CommandContext()
        let found = try await context.model(model.name, version: model.version)
        if dryRun {
            let races = try await context.scheduledRaces(from: from.day, to: to.day)
            return Console.print("would request \(races.count) races with \(found.name) \(found.version)")
        }
        let backfill = Backfill(
            from: from.day,
            to: to.day,
            beforeOff: beforeOff.seconds,
            found,
            outstanding: outstanding,
            explain: explain,
            resumes: resume
        )
        let outcome = try await LocalFleet.with(["feature-builder", "scorer", "publisher"], context) { check in
            try await backfill.run(context, check: check)
        }
        if json {
            try Console.json(outcome)
        } else {
            let seconds = String(format: "%.1f", outcome.seconds)
            Console.print(
                "\(outcome.model) scored \(outcome.races) races in \(seconds) s, revision \(outcome.revision)"
            )
        }
        if outcome.deadLetters > 0 { throw CommandError("\(outcome.deadLetters) races ended in dead.letters") }
    }
}

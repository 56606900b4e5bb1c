import ArgumentParser
import Operations

struct SettleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settle",
        abstract: "Send the results of a window to settlement, as the scheduler does for the last 14 days.",
        discussion: """
            Use it after a backfill: it records the closing lines and the CLV of the signals, and settles older bets. \
            A result that was sent already and has not changed is not sent again.

            Example: giddyup settle --from 2025-10-01 --to 2025-12-31
            """
    )

    @Option(help: "The first day.")
    var from: DayArgument
    @Option(help: "The last day.")
    var to: DayArgument
    @Flag(help: "Print what would be sent, and send nothing.")
    var dryRun = false
    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws { try Check.window(from, to) }

    func run() async throws {
        let context = try CommandContext()
        let races = try await context.scheduledRaces(from: from.day, to: to.day)
        let run = SettlementRun(context, dryRun: dryRun)
        let outcome =
            dryRun
            ? try await run.run(races, check: {})
            : try await LocalFleet.with(["clv-tracker"], context) { check in try await run.run(races, check: check) }
        if json { return try Console.json(outcome) }
        let verb = dryRun ? "would be checked" : "sent"
        Console.print(
            "\(outcome.races) races: \(outcome.sent) results \(verb), \(outcome.withoutResult) races without a result"
        )
    }
}

import ArgumentParser
import Foundation
import ModelingStore
import Operations
import Racing

struct PruneCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Delete old rows that grow with every tick and that nothing reads again.",
        discussion: """
            Of the live signals of each race and model, the first and the last are kept, those that advised a stake, \
            those with a closing line value, and those at leads of 0, 1, 10, 60 and 240 minutes. Races with a bet, a \
            withdrawn runner or no result keep all of theirs. Old ticks, and expectations without a failure, are \
            deleted. Backfilled signals, bets and results stay.

            Example: giddyup prune --older-than 90 --dry-run
            """
    )

    @Option(help: "Days: races before this many days ago are pruned.")
    var olderThan = 90
    @Flag(help: "Count the rows, and delete nothing.")
    var dryRun = false
    @Flag(help: "Print JSON.")
    var json = false

    /// Corrections of results are followed for so many days, and may refresh the closing line values.
    private static let minimum = 15

    func validate() throws {
        guard olderThan >= Self.minimum else {
            throw ValidationError(
                "--older-than \(olderThan): results are followed for 14 days, use \(Self.minimum) or more"
            )
        }
    }

    func run() async throws {
        let context = try CommandContext()
        let cutoff = Instant(Date()).day(in: .gmt).advanced(by: -olderThan)
        let bar = ProgressBar("prune")
        let counts = try await RetentionStore.prune(before: cutoff, dryRun: dryRun, context.retryingPool) {
            day,
            share in
            bar.update(share, "\(day)")
        }
        bar.finish(dryRun ? "counted" : "done")
        if json { return try Console.json(counts) }
        Console.print(
            "\(dryRun ? "would delete" : "deleted") \(counts.signals) signals, \(counts.ticks) ticks and "
                + "\(counts.expectations) expectations of races before \(cutoff)"
        )
    }
}

import ArgumentParser
import Foundation
import Messages
import ModelingStore
import Operations
import TopicReading

struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Send messages of a topic to the workers again, on the backfill lane.",
        discussion: """
            race.features holds what was known at the time: replaying it is exact, and gives the same rows. Replaying \
            race.requests builds features from what racing.* holds now: a reconstruction, which never replaces a live \
            signal. Replays may overlap, run in any order and run twice. Workers that are not running are started for \
            this run.

            Example: giddyup replay race.features --from 2025-07-16T00:00:00Z --to 2025-07-17T00:00:00Z
            Example: giddyup replay race.features --from 2025-07-01T00:00:00Z --model hrd_win_prob@2
            Example: giddyup replay race.features --from 2025-07-16T10:00:00Z --correct "scorer 1.4 priced places wrong"
            Example: giddyup replay race.signals --from 0:1200,1:1180 --only 20250716208
            """
    )

    @Argument(help: "The topic, such as race.features, without TOPIC_PREFIX.")
    var topic: Topic
    @Option(
        help:
            "The first messages: a time such as 2025-07-16T10:00:00Z, or PARTITION:OFFSET,... to read."
    )
    var from: ScanBound
    @Option(help: "The messages from here on are left out; by default the end of the topic as it is now.")
    var to: ScanBound?
    @Option(help: "Only these keys, separated by commas: race ids, for most topics.")
    var only: String?
    @Option(help: "Score recorded features with NAME@VERSION as a shadow; live signals are never replaced.")
    var model: ModelArgument?
    @Option(help: "Why: score live ticks again under a higher revision, which replaces their signals.")
    var correct: String?
    @Option(help: "The maximum number of messages sent and not handled yet.")
    var outstanding = 2000
    @Flag(help: "Go on with an interrupted replay of the same arguments.")
    var resume = false
    @Flag(help: "Print what would be sent, and send nothing.")
    var dryRun = false
    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        guard outstanding > 0 else { throw ValidationError("--outstanding \(outstanding) is not above 0") }
        if let only, Self.keys(only).isEmpty { throw ValidationError("--only names no key") }
        if let correct, correct.allSatisfy(\.isWhitespace) { throw ValidationError("--correct gives no reason") }
        if case .time(let start) = from, case .time(let end) = to, end < start {
            throw ValidationError("--from \(start) is after --to \(end)")
        }
    }

    private static func keys(_ text: String) -> Set<String> { Set(text.split(separator: ",").map(String.init)) }

    func run() async throws {
        let context = try CommandContext()
        var found: RegisteredModel?
        if let model { found = try await context.model(model.name, version: model.version) }
        let selection = try ReplaySelection(
            topic: topic,
            from: from,
            to: to,
            keys: Self.keys(only ?? ""),
            model: found,
            correction: correct
        )
        let replay = Replay(selection, outstanding: outstanding, resumes: resume)
        if selection.sendsRequests {
            Console.note("a reconstruction: features are built from what racing.* holds now")
        }
        let outcome =
            dryRun
            ? try await replay.preview(context)
            : try await LocalFleet.with(selection.workers, context) { try await replay.run(context, check: $0) }
        for (reason, count) in outcome.leftOut.sorted(by: { $0.key < $1.key }) {
            Console.note("left out \(count): \(reason)")
        }
        if json {
            try Console.json(outcome)
        } else {
            let seconds = String(format: "%.1f", outcome.seconds)
            let verb = dryRun ? "would send" : "sent"
            Console.print(
                "\(verb) \(outcome.sent) of \(outcome.read) messages" + (dryRun ? "" : " in \(seconds) s")
            )
        }
        if outcome.deadLetters > 0 { throw CommandError("\(outcome.deadLetters) messages ended in dead.letters") }
    }
}

extension Topic: ExpressibleByArgument {}

extension ScanBound: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}

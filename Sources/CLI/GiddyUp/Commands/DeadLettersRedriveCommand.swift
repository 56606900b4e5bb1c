import ArgumentParser
import Operations

extension DeadLettersCommand {
    struct Redrive: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "redrive",
            abstract: "Send messages to their topics again, after the cause of their failure is fixed.",
            discussion: """
                Key, bytes and headers are the original ones. A message that fails again becomes another dead letter, \
                which counts how often it was redriven. Live requests are left out, because they would be answered \
                with what racing.* holds now.

                Example: giddyup dead-letters redrive --worker scorer --reason "unknown model" --dry-run
                """
        )

        @OptionGroup var filters: DeadLetterFilters
        @Flag(help: "Redrive every open letter, without any other condition.")
        var all = false
        @Flag(help: "Redrive letters that were redriven three times already, too.")
        var force = false
        @Flag(help: "Print what would be redriven, and send nothing.")
        var dryRun = false
        @Flag(help: "Print JSON.")
        var json = false

        struct Outcome: Codable {
            var redriven: Int
            /// Letters that were redriven too often, live requests, and letters without a payload.
            var leftOut: Int
        }

        func run() async throws {
            let context = try CommandContext()
            let box = DeadLetterBox(context)
            let entries = try await box.read(try filters.checked(all: all, context))
            var ready: [DeadLetterEntry] = []
            for entry in entries {
                guard let obstacle = box.obstacle(to: entry, force: force) else {
                    ready.append(entry)
                    continue
                }
                Console.note("left out \(entry.letter.position): \(obstacle)")
            }
            if !dryRun { try await box.redrive(ready) }
            let outcome = Outcome(redriven: ready.count, leftOut: entries.count - ready.count)
            if json { return try Console.json(outcome) }
            if dryRun { for entry in ready { Console.print("\(entry.letter.position)") } }
            let verb = dryRun ? "would redrive" : "redrove"
            Console.print("\(verb) \(ready.count) messages, left out \(outcome.leftOut)")
        }
    }
}

extension DeadLetterFilters {
    /// - Throws: `ValidationError` if nothing is selected, or everything without being asked to.
    func checked(all: Bool, _ context: CommandContext) throws -> DeadLetterSelection {
        let selection = selection(prefix: context.configuration.topicPrefix)
        guard all || !selection.isEmpty else {
            throw ValidationError("name letters or a condition, or use --all for every open letter")
        }
        return selection
    }
}

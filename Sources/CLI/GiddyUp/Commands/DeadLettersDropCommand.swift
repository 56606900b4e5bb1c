import ArgumentParser
import Operations

extension DeadLettersCommand {
    struct Drop: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "drop",
            abstract: "Close letters that need no action. They stay in dead.letters until its retention ends.",
            discussion: "Example: giddyup dead-letters drop --reason \"no payload\" --dry-run"
        )

        @OptionGroup var filters: DeadLetterFilters
        @Flag(help: "Drop every open letter, without any other condition.")
        var all = false
        @Flag(help: "Print what would be dropped, and change nothing.")
        var dryRun = false
        @Flag(help: "Print JSON.")
        var json = false

        struct Outcome: Codable { var dropped: Int }

        func run() async throws {
            let context = try CommandContext()
            let box = DeadLetterBox(context)
            let entries = try await box.read(try filters.checked(all: all, context))
            if !dryRun { try await box.drop(entries) }
            if json { return try Console.json(Outcome(dropped: entries.count)) }
            if dryRun { for entry in entries { Console.print("\(entry.letter.position)") } }
            Console.print("\(dryRun ? "would drop" : "dropped") \(entries.count) letters")
        }
    }
}

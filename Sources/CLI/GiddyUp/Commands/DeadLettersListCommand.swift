import ArgumentParser
import Operations

extension DeadLettersCommand {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List dead letters, the oldest first.",
            discussion: "Example: giddyup dead-letters list --topic race.features --from 2025-07-16T00:00:00Z"
        )

        @OptionGroup var filters: DeadLetterFilters
        @Flag(help: "Include letters that were redriven or dropped.")
        var all = false
        @Flag(help: "Print JSON.")
        var json = false

        /// One letter, as `--json` prints it.
        struct Row: Codable {
            let letter, at, worker, reason, state: String
            let `class`: String
            let attempt, redrives, copies: Int

            init(_ entry: DeadLetterEntry) {
                letter = "\(entry.letter.position)"
                at = "\(entry.at)"
                worker = entry.letter.worker
                reason = entry.letter.reason
                state = entry.state.rawValue
                `class` = entry.letter.errorClass
                attempt = entry.letter.attempt
                redrives = entry.letter.redrives
                copies = entry.copies
            }
        }

        func run() async throws {
            let context = try CommandContext()
            var selection = filters.selection(prefix: context.configuration.topicPrefix)
            selection.includesHandled = all
            let entries = try await DeadLetterBox(context).read(selection)
            if json { return try Console.json(entries.map(Row.init)) }
            for entry in entries { Console.print(Self.line(entry)) }
            Console.note(entries.isEmpty ? "no dead letters" : Self.summary(entries))
        }

        private static func line(_ entry: DeadLetterEntry) -> String {
            let letter = entry.letter
            let redrives = letter.redrives > 0 ? ", redriven \(letter.redrives) times before" : ""
            let state = entry.state == .open ? "" : " [\(entry.state.rawValue)]"
            let head = "\(letter.position)  \(entry.at)  \(letter.worker)  \(letter.errorClass)\(redrives)\(state)"
            return head + "\n    " + letter.reason.prefix(200)
        }

        /// How many letters each worker has.
        private static func summary(_ entries: [DeadLetterEntry]) -> String {
            let counts = Dictionary(grouping: entries, by: \.letter.worker).mapValues(\.count)
            let list = counts.sorted { $0.key < $1.key }.map { "\($0.value) of \($0.key)" }.joined(separator: ", ")
            return "\(entries.count) dead letters: \(list)"
        }
    }
}

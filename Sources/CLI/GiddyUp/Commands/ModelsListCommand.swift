import ArgumentParser
import ModelingStore
import Operations

extension ModelsCommand {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List all models.",
            discussion: "Example: giddyup models list"
        )

        @Flag(help: "Print JSON.")
        var json = false

        private static let widths = [20, 12, 20, 24]

        func run() async throws {
            let models = try await CommandContext().pool.withConnection { try await ModelRegistry.list($0) }
            if json { return try Console.json(models) }
            for model in models {
                let row = [
                    model.name,
                    model.version,
                    model.stage.rawValue + (model.isShadow ? " (shadow)" : ""),
                    model.trainedThrough.map { "trained to \($0)" } ?? "",
                ]
                let cells = zip(row, Self.widths).map { text, width in
                    text.padding(toLength: max(width, text.count), withPad: " ", startingAt: 0)
                }
                Console.print(cells.joined(separator: " "))
            }
        }
    }
}

import ArgumentParser
import ModelingStore
import Operations

extension ModelsCommand {
    struct Shadow: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "shadow",
            abstract: "Score a challenger next to production, published but never staked; --off stops it.",
            discussion: "Example: giddyup models shadow hrd_win_prob@3"
        )

        @Argument(help: "NAME@VERSION.")
        var model: ModelArgument
        @Flag(help: "Stop scoring it.")
        var off = false

        func run() async throws {
            let context = try CommandContext()
            guard let version = model.version else { throw CommandError("add the version: \(model.name)@VERSION") }
            let found = try await context.model(model.name, version: version)
            try found.requireBundle()
            guard off || found.stage != .production else {
                throw CommandError("\(found.name) \(found.version) is in production and cannot be a shadow")
            }
            try await context.pool.withConnection { try await ModelRegistry.setShadow(!off, found, $0) }
            let change = off ? "no longer scored" : "scored in shadow from the next tick"
            Console.print("\(found.name) \(found.version) is \(change)")
        }
    }
}

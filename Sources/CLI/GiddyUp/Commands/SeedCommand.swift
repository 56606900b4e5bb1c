import ArgumentParser
import ModelingStore
import Operations

struct SeedCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "seed",
        abstract: "Register the demo model hrd_win_prob 0.0.1, which signals can refer to.",
        discussion: "Example: giddyup seed"
    )

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let model = try await CommandContext().pool.withConnection { try await ModelRegistry.seed($0) }
        if json { return try Console.json(model) }
        Console.print("model \(model.name) \(model.version) has id \(model.modelID)")
    }
}

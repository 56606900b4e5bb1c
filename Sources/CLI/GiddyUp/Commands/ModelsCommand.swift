import ArgumentParser

struct ModelsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models",
        abstract: "The registry: list, compare, promote and copy models.",
        subcommands: [
            List.self, Show.self, Promote.self, Rollback.self, Shadow.self, Sync.self, Export.self,
        ]
    )
}

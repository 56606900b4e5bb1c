import ArgumentParser

struct DeadLettersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dead-letters",
        abstract: "Look at the messages that could not be handled; send them again, or drop them.",
        discussion: """
            A letter is named by where its message was: TOPIC/PARTITION/OFFSET.

            Example: giddyup dead-letters list --worker scorer
            """,
        subcommands: [List.self, Show.self, Redrive.self, Drop.self]
    )
}

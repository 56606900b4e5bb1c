import ArgumentParser
import Operations

struct TopicsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "topics",
        abstract: "The fleet's Kafka topics.",
        subcommands: [ApplyCommand.self]
    )

    struct ApplyCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "apply",
            abstract: "Create the topics that are missing, and report those that differ. None is changed or deleted.",
            discussion: "Example: TOPIC_PREFIX=staging. giddyup topics apply"
        )

        @Flag(help: "Print what would be done, and change nothing.")
        var dryRun = false
        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            let context = try CommandContext()
            let outcome = try await TopicPlan(context).apply(context, dryRun: dryRun)
            if json { return try Console.json(outcome) }
            for name in outcome.created { Console.print((dryRun ? "would create " : "created ") + name) }
            for difference in outcome.differences { Console.print("differs: \(difference)") }
            Console.print(
                "\(outcome.created.count) topics \(dryRun ? "to create" : "created"), \(outcome.unchanged) as "
                    + "specified, \(outcome.differences.count) different"
            )
        }
    }
}

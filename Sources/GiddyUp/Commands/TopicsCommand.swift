import ArgumentParser
import DevStack
import Foundation
import Kafka

struct TopicsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "topics", abstract: "The Kafka topics of the fleet.", subcommands: [ApplyCommand.self])

    struct ApplyCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "apply", abstract: "Create the topics that are missing, and report those that differ. Nothing is ever shrunk or deleted.",
            discussion: "Example: TOPIC_PREFIX=staging. giddyup topics apply")

        @Flag(help: "Say what would be done and do nothing.")
        var dryRun = false
        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            let outcome = try await TopicPlan.apply(try Connection(), dryRun: dryRun)
            if json { return try Console.json(outcome) }
            for name in outcome.created { Console.print((dryRun ? "would create " : "created ") + name) }
            for difference in outcome.differences { Console.print("differs: \(difference)") }
            let verb = dryRun ? "to create" : "created"
            Console.print("\(outcome.created.count) topics \(verb), \(outcome.unchanged) as they should be, \(outcome.differences.count) different")
        }
    }
}

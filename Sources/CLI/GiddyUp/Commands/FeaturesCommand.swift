import ArgumentParser
import Features

struct FeaturesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "features",
        abstract: "List, audit and ablate the ability features.",
        subcommands: [ListCommand.self, AuditCommand.self, AblateCommand.self]
    )

    /// The versions of the feature sets, for messages.
    static var versions: String { FeatureSet.all.keys.sorted().map(String.init).joined(separator: ", ") }
}

import ArgumentParser
import DevStack
import Foundation

@main
enum Program {
    static func main() async {
        // started by a test: gone with it, and the workers that it started with it
        if ProcessInfo.processInfo.environment["GIDDYUP_LEASH"] == "stdin" { Leash.hold() }
        await GiddyUpCommand.main()
    }
}

struct GiddyUpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "giddyup",
        abstract: "Calibrated win probabilities, priced and staked signals, and an honest record of whether they beat the closing line.",
        discussion: """
            Example: export DATABASE_URL and KAFKA_BOOTSTRAP_SERVERS, then giddyup migrate, giddyup topics apply, and start the workers.
            """,
        subcommands: [
            MigrateCommand.self, TopicsCommand.self, SeedCommand.self, SmokeCommand.self, ImportCommand.self, SimulateCommand.self, TrainCommand.self,
            ModelsCommand.self, FeaturesCommand.self, DatasetCommand.self, BackfillCommand.self, EvaluateCommand.self, BetCommand.self,
            WithdrawalCommand.self,
            SettleCommand.self, PolicyCommand.self,
            ReportCommand.self, StatusCommand.self,
            DevCommand.self, DemoCommand.self,
        ])
}

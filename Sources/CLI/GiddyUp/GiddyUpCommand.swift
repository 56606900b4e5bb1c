import ArgumentParser
import ChildProcesses
import Foundation

@main
enum Program {
    static func main() async {
        ParentWatch.startIfRequested()
        let code = await GiddyUpCommand.runToExitCode()
        // `exit` would run the destructors of C++ libraries while librdkafka's threads still use them.
        fflush(nil)
        _exit(code)
    }
}

struct GiddyUpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "giddyup",
        abstract: "Calibrated win probabilities, priced and staked signals, and their record against the closing line.",
        discussion: """
            First steps: export DATABASE_URL and KAFKA_BOOTSTRAP_SERVERS, run `giddyup migrate` and \
            `giddyup topics apply`, and start the workers. `giddyup demo` runs the whole pipeline without any setup.

            Shell completion: `giddyup --generate-completion-script bash` (or zsh, fish) prints a script to source.
            """,
        groupedSubcommands: [
            CommandGroup(
                name: "Set up",
                subcommands: [
                    MigrateCommand.self, TopicsCommand.self, PolicyCommand.self, PruneCommand.self, RolesCommand.self,
                ]
            ),
            CommandGroup(
                name: "Models",
                subcommands: [TrainCommand.self, ModelsCommand.self, DatasetCommand.self, FeaturesCommand.self]
            ),
            CommandGroup(
                name: "Race day",
                subcommands: [BetCommand.self, WithdrawalCommand.self, ScheduleCommand.self]
            ),
            CommandGroup(
                name: "History",
                subcommands: [
                    BackfillCommand.self, ReplayCommand.self, SettleCommand.self, DeadLettersCommand.self,
                ]
            ),
            CommandGroup(
                name: "Look",
                subcommands: [StatusCommand.self, EvaluateCommand.self, ReportCommand.self, DriftCommand.self]
            ),
            CommandGroup(
                name: "Development",
                subcommands: [
                    DemoCommand.self, DevCommand.self, SeedCommand.self, SmokeCommand.self, SimulateCommand.self,
                    ImportCommand.self,
                ]
            ),
        ]
    )
}

extension GiddyUpCommand {
    /// Parses the arguments and runs the command, as `main()` does, without ending the process.
    fileprivate static func runToExitCode() async -> Int32 {
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            return 0
        } catch {
            let code = exitCode(for: error)
            let message = fullMessage(for: error)
            if message.isEmpty { return code.rawValue }
            if code.isSuccess { print(message) } else { FileHandle.standardError.write(Data("\(message)\n".utf8)) }
            return code.rawValue
        }
    }
}

import ArgumentParser
import Betting
import Foundation
import ModelingStore
import Workers

struct PolicyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy", abstract: "The staking policy: check a file, and put its limits of a day into force.",
        subcommands: [Check.self, Apply.self])

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check", abstract: "Whether a policy is right; nothing is changed.",
            discussion: "Example: giddyup policy check --file config/staking.yaml")
        @Option(help: "By default STAKING_POLICY, or config/staking.yaml.")
        var file: String?

        func run() async throws {
            let policy = try file.map { try StakingPolicyFile.read($0) } ?? StakingPolicyFile.read()
            let limits = StakingLimits(policy)
            Console.print(
                "right: \(policy.kellyFraction) of Kelly, at most \(policy.maximumPerBet * policy.bankrollUnits) units a bet, \(policy.maximumPerRace * policy.bankrollUnits) a race, \(limits.dayUnits) a day, none after \(limits.stopUnits) lost; one unit is 1/\(policy.bankrollUnits) of the bankroll"
            )
        }
    }

    struct Apply: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "apply", abstract: "Put the daily cap and the stop-loss into force, for modeling.actionable_signals.",
            discussion: "Scorers read the rest of the policy when they start: restart them after a change.\nExample: giddyup policy apply")
        @Option(help: "By default STAKING_POLICY, or config/staking.yaml.")
        var file: String?
        @Flag(help: "Say what would be changed, and change nothing.")
        var dryRun = false

        func run() async throws {
            let limits = StakingLimits(try file.map { try StakingPolicyFile.read($0) } ?? StakingPolicyFile.read())
            let connection = try Connection()
            let isNew = try await connection.pool.withConnection { database in
                dryRun
                    ? try await StakingLimits.current(database) != limits
                    : try await limits.apply(by: ProcessInfo.processInfo.environment["USER"] ?? "giddyup", database)
            }
            let verb = isNew ? (dryRun ? "would be put into force" : "in force now") : "in force already"
            Console.print("at most \(limits.dayUnits) units a day, none after \(limits.stopUnits) lost: \(verb)")
        }
    }
}

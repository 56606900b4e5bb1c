import ArgumentParser
import Betting
import Foundation
import ModelingStore
import Operations

struct PolicyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "Check a staking policy, and apply its daily limits.",
        subcommands: [Validate.self, Apply.self]
    )

    struct Validate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check",
            abstract: "Check that a policy is valid; nothing is changed.",
            discussion: "Example: giddyup policy check --file config/staking.yaml"
        )

        @Option(help: "By default STAKING_POLICY, or config/staking.yaml.")
        var file: String?

        func run() async throws {
            let policy = try file.map { try StakingPolicy(file: $0) } ?? CommandContext().stakingPolicy()
            let limits = StakingLimits(policy)
            Console.print(
                "valid: \(policy.kellyFraction) of Kelly, at most \(policy.maximumPerBet * policy.bankrollUnits) units "
                    + "a bet, \(policy.maximumPerRace * policy.bankrollUnits) a race, \(limits.dayUnits) a day, none "
                    + "after \(limits.stopUnits) lost; one unit is 1/\(policy.bankrollUnits) of the bankroll"
            )
        }
    }

    struct Apply: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "apply",
            abstract: "Apply the daily cap and the stop-loss to modeling.actionable_signals.",
            discussion: """
                Scorers read the rest of the policy when they start: restart them after a change.

                Example: giddyup policy apply
                """
        )

        @Option(help: "By default STAKING_POLICY, or config/staking.yaml.")
        var file: String?
        @Flag(help: "Print what would be changed, and change nothing.")
        var dryRun = false

        func run() async throws {
            let context = try CommandContext()
            let limits = StakingLimits(try context.stakingPolicy(file: file))
            let who = Console.operatorName
            let isNew = try await context.pool.withConnection { connection in
                dryRun
                    ? try await StakingLimitStore.readCurrent(connection) != limits
                    : try await StakingLimitStore.insert(limits, by: who, connection)
            }
            let state = isNew ? (dryRun ? "would be applied" : "applied") : "already applied"
            Console.print("at most \(limits.dayUnits) units a day, none after \(limits.stopUnits) lost: \(state)")
        }
    }
}

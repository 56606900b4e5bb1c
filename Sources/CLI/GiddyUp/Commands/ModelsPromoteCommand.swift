import ArgumentParser
import ModelingStore
import Operations

extension ModelsCommand {
    struct Promote: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "promote",
            abstract: "Put a version into production: the requests of the next tick name it.",
            discussion: """
                A challenger replaces production only if it passes the leak audit, beats production by more than the \
                paired standard error on races after both models' training, and its blend does not beat the closing \
                price by more than 0.02 nats a race. A refit of the model in production must not be worse \
                than it by more than two standard errors on 100 or more races after its training; the audit and the \
                limit on the gain over the closing price apply as well. --override NAME lets a model \
                through regardless, and is recorded. The first model of a name needs only the audit.

                Example: giddyup models promote hrd_win_prob --latest --why 'better out of time'
                """
        )

        @Argument(help: "The model's name.")
        var name: String
        @Option(help: "The version.")
        var version: String?
        @Flag(help: "The newest version.")
        var latest = false
        @Option(help: "The reason, recorded with who and when.")
        var why: String?
        @Option(help: "The last day to compare on; by default the last with results.")
        var windowTo: DayArgument?
        @Option(help: "The name of the person who overrides the gate.")
        var override: String?
        @Flag(help: "Print what would be done, and change nothing.")
        var dryRun = false
        @Flag(help: "Print JSON.")
        var json = false

        func validate() throws {
            guard (version != nil) != latest else { throw ValidationError("use either --version V or --latest") }
        }

        func run() async throws {
            let context = try CommandContext()
            let model = try await candidate(context)
            let promotion = try ModelPromotion(model, context)
            if model.stage == .production {
                Console.note("\(model.name) \(model.version) is already in production: nothing to do")
                return try PromotionOutcome(model, dryRun: true).print(json: json)
            }
            let gate = try await PromotionGate(model, windowTo: windowTo?.day, context)
            if !json { gate.lines.forEach(Console.note) }
            if !gate.objections.isEmpty, override == nil {
                let objections = gate.objections.joined(separator: "; ")
                throw CommandError("\(model.name) \(model.version) is not promoted: \(objections)")
            }
            if !dryRun { try await promotion.run(why: why, gate: gate, overriddenBy: override) }
            try PromotionOutcome(model, dryRun: dryRun).print(json: json)
        }

        private func candidate(_ context: CommandContext) async throws -> RegisteredModel {
            if let version { return try await context.model(name, version: version) }
            let models = try await context.pool.withConnection { try await ModelRegistry.list($0) }
            let newest = models.last { $0.name == name }?.version
            return try await context.model(name, version: newest ?? "")
        }
    }

    struct Rollback: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rollback",
            abstract: "Put the previous production version back into production.",
            discussion: "Example: giddyup models rollback hrd_win_prob"
        )

        @Argument(help: "The model's name.")
        var name: String
        @Option(help: "The reason, recorded with who and when.")
        var why: String?
        @Flag(help: "Print what would be done, and change nothing.")
        var dryRun = false
        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            let context = try CommandContext()
            let model = try await context.pool.withConnection { try await ModelRegistry.previous(name: name, $0) }
            let promotion = try ModelPromotion(model, context)
            if !dryRun { try await promotion.run(why: why ?? "rollback") }
            try PromotionOutcome(model, dryRun: dryRun).print(json: json)
        }
    }
}

/// The outcome of a promotion, or of a dry run.
private struct PromotionOutcome: Encodable {
    let name: String
    let version: String
    let stage: RegisteredModel.Stage
    private let isDryRun: Bool

    private enum CodingKeys: String, CodingKey { case name, version, stage }

    init(_ model: RegisteredModel, dryRun: Bool) {
        name = model.name
        version = model.version
        stage = dryRun ? model.stage : .production
        isDryRun = dryRun
    }

    func print(json: Bool) throws {
        if json { return try Console.json(self) }
        Console.print("\(isDryRun ? "would promote" : "promoted") \(name) \(version)")
    }
}

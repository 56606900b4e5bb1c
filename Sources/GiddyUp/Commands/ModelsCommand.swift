import ArgumentParser
import Fleet
import Foundation
import Messages
import ModelingStore
import Workers

struct ModelsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models", abstract: "The registry: what there is, and what is in production.",
        subcommands: [List.self, Show.self, Promote.self, Rollback.self, Shadow.self, Sync.self, Export.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "All models.", discussion: "Example: giddyup models list")
        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            let models = try await Connection().pool.withConnection { try await ModelRegistry.list($0) }
            if json { return try Console.json(models) }
            for model in models {
                let row = [
                    model.name, model.version, model.stage + (model.isShadow ? " (shadow)" : ""),
                    model.trainedThrough.map { "trained to \($0)" } ?? "",
                ]
                Console.print(
                    zip(row, [20, 12, 20, 24]).map { $0.padding(toLength: max($1, $0.count), withPad: " ", startingAt: 0) }.joined(separator: " "))
            }
        }
    }

    struct Promote: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "promote", abstract: "Put a version into production: the next tick's requests name it.",
            discussion: """
                A challenger replaces production only if it passes the leak audit, beats it on races after both models' training by more than the
                paired standard error, and its blend does not beat the closing price by more than 0.02 nats a race. --override NAME lets it through
                all the same, and is recorded. The first model of a name needs only the audit.
                Example: giddyup models promote hrd_win_prob --latest --why 'better out of time'
                """)
        @Argument(help: "The model's name.")
        var name: String
        @Option(help: "The version.")
        var version: String?
        @Flag(help: "The newest version.")
        var latest = false
        @Option(help: "Why; recorded with who and when.")
        var why: String?
        @Option(help: "The last day to compare on; by default the last with results.")
        var windowTo: DayArgument?
        @Option(help: "Who lets it through against the gate.")
        var override: String?
        @Flag(help: "Say what would be done and do nothing.")
        var dryRun = false
        @Flag(help: "Print JSON.")
        var json = false

        func validate() throws {
            guard (version != nil) != latest else { throw ValidationError("name either --version V or --latest") }
        }

        func run() async throws {
            let connection = try Connection()
            let model = try await connection.pool.withConnection { database in
                let newest = try await ModelRegistry.list(database).last { $0.name == name }?.version
                return try await ModelRegistry.find(name: name, version: version ?? newest ?? "", database)
            }
            try ModelsCommand.requireBundle(model)
            guard model.stage != "production" else { throw CommandError("\(model.name) \(model.version) is in production already") }
            let gate = try await PromotionGate(model, windowTo: windowTo?.day, connection)
            if !json { gate.lines.forEach(Console.note) }
            if !gate.objections.isEmpty, override == nil {
                throw CommandError("\(model.name) \(model.version) is not promoted: \(gate.objections.joined(separator: "; "))")
            }
            try await ModelsCommand.announce(model, dryRun: dryRun, json: json, why: why, gate: gate, overriddenBy: override, connection)
        }
    }

    struct Shadow: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "shadow", abstract: "Score a challenger beside production, published and never staked; or --off.",
            discussion: "Example: giddyup models shadow hrd_win_prob@3")
        @Argument(help: "NAME@VERSION.")
        var model: ModelArgument
        @Flag(help: "Stop scoring it.")
        var off = false

        func run() async throws {
            let connection = try Connection()
            guard let version = model.version else { throw CommandError("name the version: \(model.name)@VERSION") }
            let found = try await connection.pool.withConnection { try await ModelRegistry.find(name: model.name, version: version, $0) }
            try ModelsCommand.requireBundle(found)
            guard off || found.stage != "production" else { throw CommandError("\(found.name) \(found.version) is in production: it is no shadow") }
            try await connection.pool.withConnection { try await ModelRegistry.setShadow(!off, found, $0) }
            Console.print("\(found.name) \(found.version) is \(off ? "no longer scored" : "scored in shadow from the next tick on")")
        }
    }

    struct Sync: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "sync", abstract: "Copy to MLflow what is not there yet, and point its production aliases.",
            discussion: "Needs MLFLOW_TRACKING_URI.\nExample: MLFLOW_TRACKING_URI=http://127.0.0.1:5000 giddyup models sync")
        @Flag(help: "Say what would be copied, and copy nothing.")
        var dryRun = false
        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            let connection = try Connection()
            guard let uri = connection.configuration.mlflowTrackingURI else { throw CommandError("MLFLOW_TRACKING_URI is not set") }
            let mlflow = try MLflowSync(trackingURI: uri)
            let models = try await connection.pool.withConnection { try await ModelRegistry.list($0) }
                .filter { $0.artifactURI?.hasPrefix("postgres:") == true && ($0.mlflowURI == nil || $0.stage == "production") }
            var copied: [String: String] = [:]
            for model in models {
                let name = "\(model.name) \(model.version)"
                copied[name] = dryRun ? "would be copied" : try await mlflow.upload(model, connection.pool)
            }
            if json { return try Console.json(copied) }
            for (name, uri) in copied.sorted(by: { $0.key < $1.key }) { Console.print("\(name): \(uri)") }
        }
    }

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "export", abstract: "Write a model's bundle into a folder, for scorers that read it there (MODEL_BUNDLES=FOLDER).",
            discussion: "Example: giddyup models export hrd_win_prob@3 --to /srv/models")
        @Argument(help: "NAME or NAME@VERSION; without a version the one in production.")
        var model: ModelArgument
        @Option(help: "The folder; made where it is not there.")
        var to: String

        func run() async throws {
            let bundle = try await Connection().pool.withConnection { database in
                let found = try await ModelRegistry.find(name: model.name, version: model.version, database)
                return try await ModelRegistry.bundle(modelID: found.modelID, database)
            }
            Console.print(try BundleFile.write(bundle, to: to))
        }
    }

    struct Rollback: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rollback", abstract: "Put the version before back into production.",
            discussion: "Example: giddyup models rollback hrd_win_prob")
        @Argument(help: "The model's name.")
        var name: String
        @Option(help: "Why; recorded with who and when.")
        var why: String?
        @Flag(help: "Say what would be done and do nothing.")
        var dryRun = false
        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            let connection = try Connection()
            let model = try await connection.pool.withConnection { try await ModelRegistry.previous(name: name, $0) }
            try await ModelsCommand.announce(model, dryRun: dryRun, json: json, why: why ?? "rollback", connection)
        }
    }

    fileprivate static func requireBundle(_ model: RegisteredModel) throws(CommandError) {
        guard model.artifactURI?.hasPrefix("postgres:") == true else {
            throw CommandError("\(model.name) \(model.version) has no bundle: it cannot score")
        }
    }

    /// Lets the scorers fetch the bundle beforehand.
    fileprivate static func tellScorers(_ model: RegisteredModel, _ connection: Connection) async throws {
        var version = ModelVersion()
        (version.name, version.version, version.modelID, version.stage) = (model.name, model.version, model.modelID, "production")
        version.featureSetHash = model.featureSetHash ?? ""
        try await connection.producer().send([try version.record(prefix: connection.configuration.topicPrefix)])
    }

    fileprivate static func announce(
        _ model: RegisteredModel, dryRun: Bool, json: Bool, why: String?, gate: PromotionGate? = nil, overriddenBy: String? = nil,
        _ connection: Connection
    ) async throws {
        try requireBundle(model)
        if !dryRun {
            let who = ProcessInfo.processInfo.environment["USER"] ?? "giddyup"
            let found = try gate.map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) }
            try await connection.pool.withConnection {
                try await ModelRegistry.promote(model, by: who, why: why, gateJSON: found, overriddenBy: overriddenBy, $0)
            }
            try await tellScorers(model, connection)
            if let uri = connection.configuration.mlflowTrackingURI {
                let promoted = try await connection.pool.withConnection {
                    try await ModelRegistry.find(name: model.name, version: model.version, $0)
                }
                do { _ = try await MLflowSync(trackingURI: uri).upload(promoted, connection.pool) } catch {
                    Console.note("promoted, and MLflow does not know it yet (giddyup models sync tells it): \(error)")
                }
            }
        }
        if json { return try Console.json(["name": model.name, "version": model.version, "stage": dryRun ? model.stage : "production"]) }
        Console.print("\(dryRun ? "would promote" : "promoted") \(model.name) \(model.version)")
    }
}

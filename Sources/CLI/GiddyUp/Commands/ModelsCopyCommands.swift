import ArgumentParser
import ModelArtifacts
import ModelingStore
import Operations

extension ModelsCommand {
    struct Sync: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "sync",
            abstract: "Copy the models that MLflow lacks, and update its production aliases.",
            discussion: """
                Needs MLFLOW_TRACKING_URI.

                Example: MLFLOW_TRACKING_URI=http://127.0.0.1:5000 giddyup models sync
                """
        )

        @Flag(help: "Print what would be copied, and copy nothing.")
        var dryRun = false
        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            let context = try CommandContext()
            guard let uri = context.configuration.mlflowTrackingURI else {
                throw CommandError("MLFLOW_TRACKING_URI is not set")
            }
            let mlflow = try MLflowSync(trackingURI: uri)
            let models = try await context.pool.withConnection { try await ModelRegistry.list($0) }
            var copied: [String: String] = [:]
            for model in models where model.hasBundle && (model.mlflowURI == nil || model.stage == .production) {
                let name = "\(model.name) \(model.version)"
                copied[name] = dryRun ? "would be copied" : try await mlflow.upload(model, context.pool)
            }
            if json { return try Console.json(copied) }
            for (name, uri) in copied.sorted(by: { $0.key < $1.key }) { Console.print("\(name): \(uri)") }
        }
    }

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "export",
            abstract: "Write a model's bundle to a folder, for scorers that read it there (MODEL_BUNDLES=FOLDER).",
            discussion: "Example: giddyup models export hrd_win_prob@3 --to /srv/models"
        )

        @Argument(help: "NAME or NAME@VERSION; without a version, the one in production.")
        var model: ModelArgument
        @Option(help: "The folder. It is created if it does not exist.")
        var to: String

        func run() async throws {
            let context = try CommandContext()
            let found = try await context.model(model.name, version: model.version)
            Console.print(try BundleFile.write(try await context.bundle(of: found), to: to))
        }
    }
}

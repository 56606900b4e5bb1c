import Foundation
import MLflow
import Modeling
import ModelingStore
import Postgres

/// Copies models to MLflow, for Python users. `modeling.models` stays the source of truth.
public struct MLflowSync: Sendable {
    private let client: MLflowClient

    public init(trackingURI: String) throws(MLflowError) { client = try MLflowClient(trackingURI: trackingURI) }

    /// Uploads a model unless MLflow has its bundle, and points the alias `production` at the production model.
    ///
    /// - Returns: the model's URI, models:/NAME/VERSION.
    @discardableResult
    public func upload(_ model: RegisteredModel, _ pool: PostgresPool) async throws -> String {
        let bundle = try await pool.withConnection { try await ModelRegistry.bundle(modelID: model.modelID, $0) }
        let sha256 = ModelBundle.sha256(try bundle.bytes())
        let experiment = try await client.findOrCreateExperiment("giddyup/" + model.name)
        let run: MLflowRun
        if let existing = try await client.findRun(experimentID: experiment, tag: "giddyup.sha256", value: sha256) {
            run = existing
        } else {
            run = try await createRun(model, bundle, sha256: sha256, experimentID: experiment)
        }
        try await client.register(model: model.name)
        let version = try await client.findOrCreateVersion(
            of: model.name,
            run,
            folder: "model",
            tags: ["giddyup.version": model.version, "giddyup.model_id": "\(model.modelID)"]
        )
        if model.stage == .production { try await client.setAlias("production", of: model.name, version: version) }
        let uri = "models:/\(model.name)/\(version)"
        try await pool.withConnection { try await ModelRegistry.setMLflow(uri, modelID: model.modelID, $0) }
        return uri
    }

    private func createRun(
        _ model: RegisteredModel,
        _ bundle: ModelBundle,
        sha256: String,
        experimentID: String
    ) async throws -> MLflowRun {
        let run = try await client.createRun(
            experimentID: experimentID,
            name: "\(model.name) \(model.version)",
            startedAt: Date(),
            tags: [
                "giddyup.sha256": sha256,
                "giddyup.version": model.version,
                "giddyup.model_id": "\(model.modelID)",
                "giddyup.feature_set_hash": bundle.featureSetHash,
            ]
        )
        var parameters = bundle.parameters
        parameters["objective"] = bundle.objective.rawValue
        parameters["feature_set"] = "\(bundle.featureSetVersion) \(bundle.featureSetHash)"
        parameters["trained"] = "\(bundle.trainedFrom) to \(bundle.trainedThrough)"
        try await client.log(run, parameters: parameters, metrics: metrics(bundle))
        try await client.logInput(
            run,
            dataset: "races",
            digest: bundle.dataset.map { String($0.suffix(16)) } ?? "\(bundle.trainedThrough)-\(bundle.races)",
            source: "racing.* \(bundle.trainedFrom) to \(bundle.trainedThrough)",
            profile: "{\"races\": \(bundle.races), \"rows\": \(bundle.rows)}"
        )
        for (name, data) in try PyfuncModel.files(bundle, run: run.id).sorted(by: { $0.key < $1.key }) {
            try await client.putArtifact(run, "model/" + name, data)
        }
        // `findRun` ignores unfinished runs, so an interrupted upload starts over.
        try await client.finish(run)
        return run
    }

    /// Downloads the bundle of a version and verifies it against the checksum recorded with the upload.
    ///
    /// - Returns: `nil` if MLflow does not have the version.
    public func bundle(name: String, version: String) async throws -> ModelBundle? {
        guard let run = try await client.run(ofModel: name, tag: "giddyup.version", value: version) else { return nil }
        guard let sha256 = run.tags["giddyup.sha256"] else {
            throw ModelingError("MLflow run \(run.id) of \(name) \(version) has no tag giddyup.sha256: upload it again")
        }
        return try ModelBundle(bytes: [UInt8](try await client.getArtifact(run, "model/bundle.json")), sha256: sha256)
    }

    /// The bundle's metrics. A metric of fold N such as `fold_N_x` becomes the metric `fold_x` at step N.
    private func metrics(_ bundle: ModelBundle) -> [(name: String, value: Double, step: Int64)] {
        bundle.metrics.sorted { $0.key < $1.key }.map { name, value in
            guard let prefix = name.range(of: "fold_"),
                let step = Int64(name[prefix.upperBound...].prefix { $0.isNumber })
            else {
                return (name, value, 0)
            }
            return ("fold" + name[prefix.upperBound...].drop { $0.isNumber }, value, step)
        }
    }
}

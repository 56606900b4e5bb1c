import Foundation
import MLflow
import ModelingStore
import Modelling
import Postgres

/// Copies models to MLflow. modeling.models stays the truth; MLflow is where Python users look.
public struct MLflowSync: Sendable {
    private let client: MLflowClient

    public init(trackingURI: String) throws(MLflowError) { client = try MLflowClient(trackingURI: trackingURI) }

    /// Uploads a model that is not there yet, and points the alias `production` at it where it is in production. The same bundle again is no change.
    ///
    /// - Returns: models:/NAME/VERSION.
    @discardableResult
    public func upload(_ model: RegisteredModel, _ pool: PostgresPool) async throws -> String {
        let bundle = try await pool.withConnection { try await ModelRegistry.bundle(modelID: model.modelID, $0) }
        let sha256 = ModelBundle.sha256(try bundle.bytes())
        let experiment = try await client.experiment("giddyup/" + model.name)
        let run: MLflowRun
        if let known = try await client.findRun(experimentID: experiment, tag: "giddyup.sha256", value: sha256) {
            run = known
        } else {
            run = try await client.createRun(
                experimentID: experiment, name: "\(model.name) \(model.version)", startedAt: Date(),
                tags: [
                    "giddyup.sha256": sha256, "giddyup.version": model.version, "giddyup.model_id": "\(model.modelID)",
                    "giddyup.feature_set_hash": bundle.featureSetHash,
                ])
            var parameters = bundle.parameters
            parameters["objective"] = bundle.objective.rawValue
            parameters["feature_set"] = "\(bundle.featureSetVersion) \(bundle.featureSetHash)"
            parameters["trained"] = "\(bundle.trainedFrom) to \(bundle.trainedThrough)"
            try await client.log(run, parameters: parameters, metrics: metrics(bundle))
            try await client.logInput(
                run, dataset: "races", digest: bundle.dataset.map { String($0.suffix(16)) } ?? "\(bundle.trainedThrough)-\(bundle.races)",
                source: "racing.* \(bundle.trainedFrom) to \(bundle.trainedThrough)",
                profile: "{\"races\": \(bundle.races), \"rows\": \(bundle.rows)}")
            for (name, data) in try PyfuncModel.files(bundle, run: run.id).sorted(by: { $0.key < $1.key }) {
                try await client.putArtifact(run, "model/" + name, data)
            }
            // finished last: a run that was broken off is not found, and made again
            try await client.finish(run)
        }
        try await client.register(model: model.name)
        let version = try await client.version(
            of: model.name, run, folder: "model", tags: ["giddyup.version": model.version, "giddyup.model_id": "\(model.modelID)"])
        if model.stage == "production" { try await client.alias("production", of: model.name, version: version) }
        let uri = "models:/\(model.name)/\(version)"
        try await pool.withConnection { try await ModelRegistry.setMLflow(uri, modelID: model.modelID, $0) }
        return uri
    }

    /// The bundle of a version as it was uploaded, held against the checksum that was recorded with it; nil where MLflow does not have it.
    public func bundle(name: String, version: String) async throws -> ModelBundle? {
        guard let run = try await client.run(ofModel: name, tag: "giddyup.version", value: version) else { return nil }
        guard let sha256 = run.tags["giddyup.sha256"] else {
            throw ModellingError("MLflow's run \(run.id) of \(name) \(version) has no tag giddyup.sha256")
        }
        return try ModelBundle(bytes: [UInt8](try await client.artifact(run, "model/bundle.json")), sha256: sha256)
    }

    /// Final metrics, and those of the folds by their step.
    private func metrics(_ bundle: ModelBundle) -> [(name: String, value: Double, step: Int64)] {
        bundle.metrics.sorted { $0.key < $1.key }.map { name, value in
            guard let mark = name.range(of: "fold_"), let step = Int64(name[mark.upperBound...].prefix { $0.isNumber }) else {
                return (name, value, 0)
            }
            return ("fold" + name[mark.upperBound...].drop { $0.isNumber }, value, step)
        }
    }
}

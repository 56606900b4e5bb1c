import Postgres
import Racing
import RacingStore

/// A row of `modeling.models`.
public struct RegisteredModel: Sendable, Equatable, Codable {
    /// The lifecycle stage of a model. Adopted databases may hold other values.
    public struct Stage: RawRepresentable, Sendable, Hashable, Codable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        public static let development = Stage(rawValue: "development")
        public static let staging = Stage(rawValue: "staging")
        public static let production = Stage(rawValue: "production")
        public static let archived = Stage(rawValue: "archived")
    }

    public let modelID: Int64
    public let name: String
    public let version: String
    public let stage: Stage
    public let artifactURI: String?
    public let featureSetHash: String?
    /// The last day of the training data.
    public let trainedThrough: CalendarDay?
    public let metricsJSON: String?
    /// Whether the model is scored alongside the production model but never staked.
    public let isShadow: Bool
    /// The model's URI in MLflow, models:/NAME/VERSION; `nil` if it was not uploaded.
    public let mlflowURI: String?

    /// Whether `modeling.model_bundles` holds the model's bundle.
    public var hasBundle: Bool { artifactURI?.hasPrefix("postgres:") == true }

    init(_ row: PostgresRow) throws {
        modelID = try row.get("model_id")
        name = try row.get("name")
        version = try row.get("version")
        stage = Stage(rawValue: try row.get("stage"))
        artifactURI = try row.find("artifact_uri")
        featureSetHash = try row.find("feature_set_hash")
        trainedThrough = try row.find("trained_through", as: PostgresDate.self).map { CalendarDay($0) }
        metricsJSON = try row.find("metrics_json")
        isShadow = try row.get("shadow")
        mlflowURI = try row.find("mlflow_uri")
    }

    static let columns =
        "model_id, name, version, stage, artifact_uri, feature_set_hash, trained_through, metrics_json, shadow, "
        + "mlflow_uri"
}

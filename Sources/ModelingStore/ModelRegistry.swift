import Modelling
import Postgres
import Racing
import RacingStore

/// A model as modeling.models has it.
public struct RegisteredModel: Sendable, Equatable, Codable {
    public enum Stage: String, Sendable, Codable, CaseIterable {
        case development, staging, production, archived
    }
    public let modelID: Int64
    public let name: String
    public let version: String
    public let stage: String
    public let artifactURI: String?
    public let featureSetHash: String?
    public let trainedThrough: CalendarDay?
    public let metricsJSON: String?
    /// Scored beside the production model, never staked.
    public let isShadow: Bool
    /// As models:/NAME/VERSION; nil: not in MLflow (yet).
    public let mlflowURI: String?

    init(_ row: PostgresRow) throws {
        modelID = try row.get("model_id")
        name = try row.get("name")
        version = try row.get("version")
        stage = try row.get("stage")
        artifactURI = try row.find("artifact_uri")
        featureSetHash = try row.find("feature_set_hash")
        trainedThrough = try row.find("trained_through", as: PostgresDate.self).map { CalendarDay($0) }
        metricsJSON = try row.find("metrics_json")
        isShadow = try row.get("shadow")
        mlflowURI = try row.find("mlflow_uri")
    }

    static let columns = "model_id, name, version, stage, artifact_uri, feature_set_hash, trained_through, metrics_json, shadow, mlflow_uri"
}

/// The registry: modeling.models and the bundles beside it.
public enum ModelRegistry {
    /// Enters a model with its bundle, whole or not at all. The same bytes under the same name and version again are no change.
    ///
    /// - Throws: `StoreError.conflict` where the version exists with other bytes.
    public static func register(_ bundle: ModelBundle, metricsJSON: String, _ connection: PostgresConnection) async throws -> RegisteredModel {
        let bytes = try bundle.bytes()
        let sha256 = ModelBundle.sha256(bytes)
        return try await connection.transaction { connection in
            try await connection.query("SELECT pg_advisory_xact_lock(hashtext($1))", [.text("giddyup.models." + bundle.name)])
            let existing = try await connection.query(
                "SELECT b.sha256 FROM modeling.models m LEFT JOIN modeling.model_bundles b USING (model_id) WHERE name = $1 AND version = $2",
                [.text(bundle.name), .text(bundle.version)])
            if let row = existing.first, try row.find("sha256", as: String.self) != sha256 {
                throw StoreError(.conflict, "model \(bundle.name) \(bundle.version) exists with another bundle: choose another version")
            }
            if existing.isEmpty {
                try await connection.query(
                    """
                    WITH m AS (
                        INSERT INTO modeling.models (name, version, stage, metrics_json, feature_set_hash, trained_through)
                        VALUES ($1, $2, 'staging', $3::jsonb, $4, $5) RETURNING model_id),
                    u AS (SELECT model_id FROM m)
                    INSERT INTO modeling.model_bundles (model_id, sha256, bytes) SELECT model_id, $6, $7 FROM u
                    """,
                    [
                        .text(bundle.name), .text(bundle.version), .text(metricsJSON), .text(bundle.featureSetHash),
                        .date(bundle.trainedThrough.postgres),
                        .text(sha256), .bytes(bytes),
                    ])
                try await connection.query(
                    "UPDATE modeling.models SET artifact_uri = 'postgres:modeling.model_bundles/' || model_id WHERE name = $1 AND version = $2",
                    [.text(bundle.name), .text(bundle.version)])
            }
            return try await find(name: bundle.name, version: bundle.version, connection)
        }
    }

    public static func list(_ connection: PostgresConnection) async throws -> [RegisteredModel] {
        try await connection.query("SELECT \(RegisteredModel.columns) FROM modeling.models ORDER BY name, model_id").map(RegisteredModel.init)
    }

    /// - Parameter version: nil is the production version, or where there is none the newest.
    /// - Throws: `StoreError.unknownModel`, with the versions there are.
    public static func find(name: String, version: String?, _ connection: PostgresConnection) async throws -> RegisteredModel {
        let rows = try await connection.query(
            "SELECT \(RegisteredModel.columns) FROM modeling.models WHERE name = $1 ORDER BY (stage = 'production') DESC, model_id DESC",
            [.text(name)])
        let models = try rows.map(RegisteredModel.init)
        guard let found = version.map({ version in models.first { $0.version == version } }) ?? models.first else {
            let known =
                models.isEmpty ? "none of that name: train one with `giddyup train --name \(name)`" : models.map(\.version).joined(separator: ", ")
            throw StoreError(.unknownModel, "there is no model \(name)\(version.map { " " + $0 } ?? ""); versions: \(known)")
        }
        return found
    }

    /// Where its copy in MLflow is.
    public static func setMLflow(_ uri: String, modelID: Int64, _ connection: PostgresConnection) async throws {
        try await connection.query("UPDATE modeling.models SET mlflow_uri = $2 WHERE model_id = $1", [.int(modelID), .text(uri)])
    }

    /// Scores a model beside the production one from the next tick on, published and never staked; or no longer.
    public static func setShadow(_ isShadow: Bool, _ model: RegisteredModel, _ connection: PostgresConnection) async throws {
        try await connection.query("UPDATE modeling.models SET shadow = $2 WHERE model_id = $1", [.int(model.modelID), .bool(isShadow)])
    }

    /// The models that live requests name: production, and challengers in shadow, in the order of their names.
    public static func production(_ connection: PostgresConnection) async throws -> [RegisteredModel] {
        try await connection.query(
            """
            SELECT \(RegisteredModel.columns) FROM modeling.models m
             WHERE (stage = 'production' OR shadow) AND EXISTS (SELECT FROM modeling.model_bundles b WHERE b.model_id = m.model_id) ORDER BY name, stage <> 'production', model_id
            """
        ).map(RegisteredModel.init)
    }

    /// Makes a version the production one; the one before is archived. Recorded with who and why.
    public static func promote(
        _ model: RegisteredModel, by who: String, why: String?, gateJSON: String? = nil, overriddenBy: String? = nil, _ connection: PostgresConnection
    ) async throws {
        try await connection.transaction { connection in
            try await connection.query("SELECT pg_advisory_xact_lock(hashtext($1))", [.text("giddyup.models." + model.name)])
            let before = try await connection.query(
                "SELECT version FROM modeling.models WHERE name = $1 AND stage = 'production'", [.text(model.name)])
            let previous = try before.first?.get("version", as: String.self)
            guard previous != model.version else { return }
            try await connection.query("UPDATE modeling.models SET stage = 'archived' WHERE name = $1 AND stage = 'production'", [.text(model.name)])
            try await connection.query("UPDATE modeling.models SET stage = 'production', shadow = false WHERE model_id = $1", [.int(model.modelID)])
            try await connection.query(
                """
                INSERT INTO modeling.promotions (name, from_version, to_version, by_whom, why, gate, overridden_by)
                VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7)
                """,
                [
                    .text(model.name), .text(previous), .text(model.version), .text(who), .text(why), .text(gateJSON), .text(overriddenBy),
                ])
        }
    }

    /// The version that was in production before.
    ///
    /// - Throws: `StoreError.registry` where there was none.
    public static func previous(name: String, _ connection: PostgresConnection) async throws -> RegisteredModel {
        let rows = try await connection.query(
            "SELECT from_version FROM modeling.promotions WHERE name = $1 ORDER BY promotion_id DESC LIMIT 1", [.text(name)])
        guard let version = try rows.first?.find("from_version", as: String.self) else {
            throw StoreError(.registry, "model \(name) has no earlier production version to go back to")
        }
        return try await find(name: name, version: version, connection)
    }

    /// - Throws: `StoreError.unknownModel` where the model has no bundle; `ModellingError` where the bytes are not those registered.
    public static func bundle(modelID: Int64, _ connection: PostgresConnection) async throws -> ModelBundle {
        let rows = try await connection.query("SELECT sha256, bytes FROM modeling.model_bundles WHERE model_id = $1", [.int(modelID)])
        guard let row = rows.first else { throw StoreError(.unknownModel, "model \(modelID) has no bundle in modeling.model_bundles") }
        return try ModelBundle(bytes: row.get("bytes"), sha256: row.get("sha256"))
    }

    /// Enters the demo model `hrd_win_prob 0.0.1`, which has no bundle: something for a signal to refer to.
    public static func seed(_ connection: PostgresConnection) async throws -> RegisteredModel {
        try await connection.query(
            """
            INSERT INTO modeling.models (name, version, stage, artifact_uri, metrics_json)
            VALUES ('hrd_win_prob', '0.0.1', 'development', 'seed:none', '{}') ON CONFLICT (name, version) DO NOTHING
            """)
        return try await find(name: "hrd_win_prob", version: "0.0.1", connection)
    }
}

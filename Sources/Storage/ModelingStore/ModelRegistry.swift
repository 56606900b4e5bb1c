import Modeling
import Postgres
import Racing
import RacingStore

/// Reads and writes the model registry: `modeling.models`, `modeling.model_bundles` and `modeling.promotions`.
public enum ModelRegistry {
    /// Registers a model with its bundle in one transaction. Registering the same bytes again changes nothing.
    ///
    /// - Throws: `StoreError` with code `conflict` if the version exists with other bytes.
    public static func register(_ bundle: ModelBundle, metricsJSON: String, _ connection: PostgresConnection)
        async throws -> RegisteredModel
    {
        let bytes = try bundle.bytes()
        let sha256 = ModelBundle.sha256(bytes)
        return try await connection.transaction { connection in
            try await lock(bundle.name, connection)
            let existing = try await connection.query(
                """
                SELECT b.sha256 FROM modeling.models m LEFT JOIN modeling.model_bundles b USING (model_id)
                 WHERE name = $1 AND version = $2
                """,
                [.text(bundle.name), .text(bundle.version)]
            )
            if let row = existing.first, try row.find("sha256", as: String.self) != sha256 {
                throw StoreError(
                    .conflict,
                    "model \(bundle.name) \(bundle.version) exists with another bundle: choose another version"
                )
            }
            if existing.isEmpty {
                try await insert(bundle, bytes: bytes, sha256: sha256, metricsJSON: metricsJSON, connection)
            }
            return try await find(name: bundle.name, version: bundle.version, connection)
        }
    }

    /// Reads the hashes of the feature sets that models read.
    ///
    /// - Returns: by model id; a model that is not registered or has no known set is absent.
    public static func featureSetHashes(of modelIDs: Set<Int64>, _ connection: PostgresConnection) async throws
        -> [Int64: String]
    {
        var hashes: [Int64: String] = [:]
        let statement = PostgresStatement(
            """
            SELECT model_id, feature_set_hash FROM modeling.models
             WHERE model_id = ANY($1) AND feature_set_hash IS NOT NULL
            """,
            [.ints(modelIDs.sorted())],
            isPrepared: true
        )
        for row in try await connection.query(statement) {
            hashes[try row.get("model_id")] = try row.get("feature_set_hash", as: String.self)
        }
        return hashes
    }

    /// Serializes changes to the versions of one model until the transaction ends.
    private static func lock(_ name: String, _ connection: PostgresConnection) async throws {
        try await connection.query(
            "SELECT pg_advisory_xact_lock(hashtext($1))",
            [.text("giddyup.models." + name)]
        )
    }

    private static func insert(
        _ bundle: ModelBundle,
        bytes: [UInt8],
        sha256: String,
        metricsJSON: String,
        _ connection: PostgresConnection
    ) async throws {
        try await connection.query(
            """
            WITH m AS (
                INSERT INTO modeling.models (name, version, stage, metrics_json, feature_set_hash, trained_through)
                VALUES ($1, $2, 'staging', $3::jsonb, $4, $5) RETURNING model_id)
            INSERT INTO modeling.model_bundles (model_id, sha256, bytes) SELECT model_id, $6, $7 FROM m
            """,
            [
                .text(bundle.name),
                .text(bundle.version),
                .text(metricsJSON),
                .text(bundle.featureSetHash),
                .date(bundle.trainedThrough.postgres),
                .text(sha256),
                .bytes(bytes),
            ]
        )
        try await connection.query(
            """
            UPDATE modeling.models SET artifact_uri = 'postgres:modeling.model_bundles/' || model_id
             WHERE name = $1 AND version = $2
            """,
            [.text(bundle.name), .text(bundle.version)]
        )
    }

    /// Reads all models, ordered by name and id.
    public static func list(_ connection: PostgresConnection) async throws -> [RegisteredModel] {
        try await connection.query("SELECT \(RegisteredModel.columns) FROM modeling.models ORDER BY name, model_id")
            .map(RegisteredModel.init)
    }

    /// Reads one version of a model.
    ///
    /// - Parameter version: `nil` means the production version, or the newest if none is in production.
    /// - Throws: `StoreError` with code `unknownModel` if there is none; the message lists the versions.
    public static func find(name: String, version: String?, _ connection: PostgresConnection) async throws
        -> RegisteredModel
    {
        let rows = try await connection.query(
            """
            SELECT \(RegisteredModel.columns) FROM modeling.models WHERE name = $1
             ORDER BY (stage = 'production') DESC, model_id DESC
            """,
            [.text(name)]
        )
        let models = try rows.map(RegisteredModel.init)
        guard let found = version.map({ version in models.first { $0.version == version } }) ?? models.first else {
            let versions =
                models.isEmpty
                ? "none of that name: train one with `giddyup train --name \(name)`"
                : models.map(\.version).joined(separator: ", ")
            throw StoreError(
                .unknownModel,
                "there is no model \(name)\(version.map { " " + $0 } ?? ""); versions: \(versions)"
            )
        }
        return found
    }

    /// Records the URI of a model's copy in MLflow.
    public static func setMLflow(_ uri: String, modelID: Int64, _ connection: PostgresConnection) async throws {
        try await connection.query(
            "UPDATE modeling.models SET mlflow_uri = $2 WHERE model_id = $1",
            [.int(modelID), .text(uri)]
        )
    }

    /// Adds a model to the shadows or removes it from them, from the next tick on.
    ///
    /// A shadow is scored and published alongside the production model, but never staked.
    public static func setShadow(_ isShadow: Bool, _ model: RegisteredModel, _ connection: PostgresConnection)
        async throws
    {
        try await connection.query(
            "UPDATE modeling.models SET shadow = $2 WHERE model_id = $1",
            [.int(model.modelID), .bool(isShadow)]
        )
    }

    /// Reads the models that live requests name: those in production, and challengers in shadow. Ordered by name,
    /// production first. Models without a bundle are skipped.
    public static func activeModels(_ connection: PostgresConnection) async throws -> [RegisteredModel] {
        try await connection.query(
            """
            SELECT \(RegisteredModel.columns) FROM modeling.models m
             WHERE (stage = 'production' OR shadow)
               AND EXISTS (SELECT FROM modeling.model_bundles b WHERE b.model_id = m.model_id)
             ORDER BY name, stage <> 'production', model_id
            """
        ).map(RegisteredModel.init)
    }

    /// Promotes a version to production and archives the previous one. Records who did it and why.
    ///
    /// - Parameters:
    ///   - gateJSON: the verdict of the promotion gate.
    ///   - overriddenBy: the person who overrode a failed gate; `nil` if the gate passed.
    ///   - replaced: what must be in production for the promotion to take effect: a person may have promoted another
    ///     version since the gate looked.
    /// - Returns: whether the model is in production now.
    @discardableResult
    public static func promote(
        _ model: RegisteredModel,
        by who: String,
        why: String?,
        gateJSON: String? = nil,
        overriddenBy: String? = nil,
        replacing replaced: Replaced = .any,
        _ connection: PostgresConnection
    ) async throws -> Bool {
        try await connection.transaction { connection in
            try await lock(model.name, connection)
            let before = try await connection.query(
                "SELECT version FROM modeling.models WHERE name = $1 AND stage = 'production'",
                [.text(model.name)]
            )
            let previous = try before.first?.get("version", as: String.self)
            guard previous != model.version else { return true }
            switch replaced {
            case .any: break
            case .version(let version): guard previous == version else { return false }
            case .nothing:
                let live = try await connection.query("SELECT FROM modeling.models WHERE stage = 'production'")
                guard live.isEmpty else { return false }
            }
            try await connection.query(
                "UPDATE modeling.models SET stage = 'archived' WHERE name = $1 AND stage = 'production'",
                [.text(model.name)]
            )
            try await connection.query(
                "UPDATE modeling.models SET stage = 'production', shadow = false WHERE model_id = $1",
                [.int(model.modelID)]
            )
            try await connection.query(
                """
                INSERT INTO modeling.promotions (name, from_version, to_version, by_whom, why, gate, overridden_by)
                VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7)
                """,
                [
                    .text(model.name),
                    .text(previous),
                    .text(model.version),
                    .text(who),
                    .text(why),
                    .text(gateJSON),
                    .text(overriddenBy),
                ]
            )
            return true
        }
    }

    /// What a promotion may replace.
    public enum Replaced: Sendable {
        case any
        /// This version of the same name.
        case version(String)
        /// No model of any name may be in production.
        case nothing
    }

    /// Reads the version that was in production before the current one.
    ///
    /// - Throws: `StoreError` with code `registry` if there was none.
    public static func previous(name: String, _ connection: PostgresConnection) async throws -> RegisteredModel {
        let rows = try await connection.query(
            "SELECT from_version FROM modeling.promotions WHERE name = $1 ORDER BY promotion_id DESC LIMIT 1",
            [.text(name)]
        )
        guard let version = try rows.first?.find("from_version", as: String.self) else {
            throw StoreError(.registry, "model \(name) has no earlier production version to roll back to")
        }
        return try await find(name: name, version: version, connection)
    }

    /// Reads a model's bundle and verifies its checksum.
    ///
    /// - Throws: `StoreError` with code `unknownModel` if the model has no bundle; `ModelingError` if the bytes do not
    ///   match the registered checksum.
    public static func bundle(modelID: Int64, _ connection: PostgresConnection) async throws -> ModelBundle {
        let rows = try await connection.query(
            "SELECT sha256, bytes FROM modeling.model_bundles WHERE model_id = $1",
            [.int(modelID)]
        )
        guard let row = rows.first else {
            throw StoreError(.unknownModel, "model \(modelID) has no bundle in modeling.model_bundles")
        }
        return try ModelBundle(bytes: row.get("bytes"), sha256: row.get("sha256"))
    }

    /// Inserts the demo model `hrd_win_prob 0.0.1`, which has no bundle, so that a signal can refer to it.
    public static func seed(_ connection: PostgresConnection) async throws -> RegisteredModel {
        try await connection.query(
            """
            INSERT INTO modeling.models (name, version, stage, artifact_uri, metrics_json)
            VALUES ('hrd_win_prob', '0.0.1', 'development', 'seed:none', '{}') ON CONFLICT (name, version) DO NOTHING
            """
        )
        return try await find(name: "hrd_win_prob", version: "0.0.1", connection)
    }
}

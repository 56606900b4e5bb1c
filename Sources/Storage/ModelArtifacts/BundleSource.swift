import Foundation
import MLflow
import Messages
import Modeling
import ModelingStore
import Postgres

/// The store from which a scorer fetches bundles. All stores hold the same bytes.
public enum BundleSource: Sendable {
    /// The table `modeling.model_bundles`.
    case postgres(PostgresPool)
    /// Files written by `giddyup models export`.
    case folder(String)
    /// The artifacts of an MLflow server.
    case mlflow(MLflowSync)

    /// - Parameter name: the variable `MODEL_BUNDLES`: `postgres`, `mlflow`, or the path of a folder; `nil` means
    ///   `postgres`.
    /// - Throws: `BundleSourceError` if it is none of these, or if `MLFLOW_TRACKING_URI` is needed but not set.
    public init(_ name: String?, _ pool: PostgresPool, mlflowTrackingURI: String?) throws {
        switch name {
        case nil, "postgres": self = .postgres(pool)
        case "mlflow":
            guard let mlflowTrackingURI else {
                throw BundleSourceError("MODEL_BUNDLES=mlflow needs MLFLOW_TRACKING_URI")
            }
            self = .mlflow(try MLflowSync(trackingURI: mlflowTrackingURI))
        case let path?:
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
                throw BundleSourceError(
                    "MODEL_BUNDLES=\(path) is neither postgres nor mlflow nor an existing folder"
                )
            }
            self = .folder(path)
        }
    }

    /// Fetches the bundle of a model.
    ///
    /// - Throws: `StoreError` with code `unknownModel` if the store does not hold it yet; `ModelingError` if the bytes
    ///   do not match their checksum or belong to another model.
    public func bundle(_ model: ModelReference) async throws -> ModelBundle {
        let bundle: ModelBundle
        switch self {
        case .postgres(let pool):
            bundle = try await pool.withConnection { try await ModelRegistry.bundle(modelID: model.modelID, $0) }
        case .folder(let folder): bundle = try BundleFile.read(folder, name: model.name, version: model.version)
        case .mlflow(let sync):
            guard let found = try await sync.bundle(name: model.name, version: model.version) else {
                throw StoreError(
                    .unknownModel,
                    "MLflow has no model \(model.name) with giddyup.version \(model.version)"
                )
            }
            bundle = found
        }
        // A reference without a name is resolved by its id alone.
        guard model.name.isEmpty || (bundle.name, bundle.version) == (model.name, model.version) else {
            throw ModelingError(
                "requested model \(model.name) \(model.version), got the bundle of \(bundle.name) \(bundle.version)"
            )
        }
        return bundle
    }
}

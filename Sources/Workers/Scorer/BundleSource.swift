import Foundation
import MLflow
import Messages
import ModelingStore
import Modelling
import Postgres

/// Where a scorer fetches bundles from. All three hold the same bytes; what is fetched must be the model that the request names.
public enum BundleSource: Sendable {
    /// modeling.model_bundles.
    case postgres(PostgresPool)
    /// Files as `giddyup models export` leaves them.
    case folder(String)
    /// An MLflow server's artifacts over HTTP.
    case mlflow(MLflowSync)

    /// - Parameter name: `postgres`, `mlflow`, or a folder's path: the variable `MODEL_BUNDLES`.
    /// - Throws: `BundleSourceError` where it is none of these, or `MLFLOW_TRACKING_URI` is needed and not set.
    public init(_ name: String?, _ pool: PostgresPool, mlflowTrackingURI: String?) throws {
        switch name {
        case nil, "postgres": self = .postgres(pool)
        case "mlflow":
            guard let mlflowTrackingURI else { throw BundleSourceError("MODEL_BUNDLES=mlflow needs MLFLOW_TRACKING_URI") }
            self = .mlflow(try MLflowSync(trackingURI: mlflowTrackingURI))
        case let path?:
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
                throw BundleSourceError("MODEL_BUNDLES=\(path) is neither postgres nor mlflow, nor a folder that is there")
            }
            self = .folder(path)
        }
    }

    /// - Throws: `StoreError.unknownModel` where it is not there (yet); `ModellingError` where it is not whole, or another model.
    public func bundle(_ model: ModelReference) async throws -> ModelBundle {
        let bundle: ModelBundle
        switch self {
        case .postgres(let pool): bundle = try await pool.withConnection { try await ModelRegistry.bundle(modelID: model.modelID, $0) }
        case .folder(let folder): bundle = try BundleFile.read(folder, name: model.name, version: model.version)
        case .mlflow(let sync):
            guard let found = try await sync.bundle(name: model.name, version: model.version) else {
                throw StoreError(.unknownModel, "MLflow has no model \(model.name) with giddyup.version \(model.version)")
            }
            bundle = found
        }
        // a reference that names no version (modeling.models alone knows it) is answered by its id
        guard model.name.isEmpty || (bundle.name, bundle.version) == (model.name, model.version) else {
            throw ModellingError("\(model.name) \(model.version) is asked for, and the bundle there is of \(bundle.name) \(bundle.version)")
        }
        return bundle
    }
}

/// A setting that names no source of bundles.
public struct BundleSourceError: Error, Sendable, CustomStringConvertible {
    public let description: String
    init(_ message: String) { description = message }
}

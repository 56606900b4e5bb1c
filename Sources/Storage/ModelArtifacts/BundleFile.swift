import Foundation
import Modeling
import ModelingStore

/// Stores a bundle as NAME-VERSION.json, with its SHA-256 in NAME-VERSION.json.sha256.
public enum BundleFile {
    /// Writes both files atomically, the checksum last: a bundle without a checksum is not read.
    ///
    /// - Returns: the bundle's path.
    @discardableResult
    public static func write(_ bundle: ModelBundle, to folder: String) throws -> String {
        let bytes = try bundle.bytes()
        let path = try path(folder, bundle.name, bundle.version)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
        try Data((ModelBundle.sha256(bytes) + "\n").utf8).write(
            to: URL(fileURLWithPath: path + ".sha256"),
            options: .atomic
        )
        return path
    }

    /// Reads a bundle and verifies its checksum.
    ///
    /// - Throws: `StoreError` with code `unknownModel` if a file is missing; `ModelingError` if the bytes do not match
    ///   the checksum.
    public static func read(_ folder: String, name: String, version: String) throws -> ModelBundle {
        let path = try path(folder, name, version)
        guard let checksum = try? String(contentsOfFile: path + ".sha256", encoding: .utf8),
            let bytes = FileManager.default.contents(atPath: path)
        else {
            throw StoreError(
                .unknownModel,
                "cannot read \(path) and \(path).sha256: "
                    + "run `giddyup models export \(name)@\(version) --to \(folder)`"
            )
        }
        return try ModelBundle(bytes: [UInt8](bytes), sha256: checksum.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    private static func path(_ folder: String, _ name: String, _ version: String) throws(ModelingError) -> String {
        // The name comes from a message and must not escape the folder.
        guard !name.isEmpty, !version.isEmpty, !(name + version).contains("/"), !name.hasPrefix(".") else {
            throw ModelingError("model name \"\(name)\" and version \"\(version)\" are not valid in a file name")
        }
        return "\(folder)/\(name)-\(version).json"
    }
}

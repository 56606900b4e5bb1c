import Foundation
import ModelingStore
import Modelling

/// A bundle as a file, NAME-VERSION.json, with its SHA-256 beside it.
public enum BundleFile {
    /// Writes both files, each whole or not at all, the checksum last: without it the bundle is not read.
    ///
    /// - Returns: the bundle's path.
    @discardableResult
    public static func write(_ bundle: ModelBundle, to folder: String) throws -> String {
        let bytes = try bundle.bytes()
        let path = try path(folder, bundle.name, bundle.version)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
        try Data((ModelBundle.sha256(bytes) + "\n").utf8).write(to: URL(fileURLWithPath: path + ".sha256"), options: .atomic)
        return path
    }

    /// - Throws: `StoreError.unknownModel` where there is none; `ModellingError` where it is not whole.
    public static func read(_ folder: String, name: String, version: String) throws -> ModelBundle {
        let path = try path(folder, name, version)
        guard let checksum = try? String(contentsOfFile: path + ".sha256", encoding: .utf8),
            let bytes = FileManager.default.contents(atPath: path)
        else { throw StoreError(.unknownModel, "\(path) or \(path).sha256 is not there: `giddyup models export \(name)@\(version) --to \(folder)`") }
        return try ModelBundle(bytes: [UInt8](bytes), sha256: checksum.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    private static func path(_ folder: String, _ name: String, _ version: String) throws(ModellingError) -> String {
        // a name comes from a message, and must not lead out of the folder
        guard !name.isEmpty, !version.isEmpty, !(name + version).contains("/"), !name.hasPrefix(".") else {
            throw ModellingError("\"\(name)\" \"\(version)\" cannot name a file")
        }
        return "\(folder)/\(name)-\(version).json"
    }
}

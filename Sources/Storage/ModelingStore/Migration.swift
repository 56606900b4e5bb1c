import CanonicalForm
import Foundation

/// A numbered change to the schema.
public struct Migration: Sendable, Equatable {
    public let number: Int
    public let name: String
    public let up: String
    public let down: String

    /// The SHA-256 of the `up` SQL, to detect a file that was edited after it was applied.
    public var checksum: String { HexDigest.sha256(up) }

    /// Reads the files `NNN_name.up.sql` and `NNN_name.down.sql` of a folder.
    ///
    /// - Returns: the migrations, ordered by number from 1.
    /// - Throws: `StoreError` if the folder cannot be read, a number is missing or duplicated, or a file lacks its
    ///   pair.
    public static func read(_ folder: String) throws(StoreError) -> [Migration] {
        guard let files = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            throw StoreError(
                .migration,
                "cannot read folder \(folder): run from the project's root, or set GIDDYUP_HOME"
            )
        }
        func content(_ name: String) throws(StoreError) -> String {
            guard let text = try? String(contentsOfFile: folder + "/" + name, encoding: .utf8) else {
                throw StoreError(
                    .migration,
                    "cannot read \(folder)/\(name): every migration needs an up and a down file"
                )
            }
            return text
        }
        var migrations: [Migration] = []
        for file in files.sorted() where file.hasSuffix(".up.sql") {
            let stem = String(file.dropLast(".up.sql".count))
            let parts = stem.split(separator: "_", maxSplits: 1)
            guard parts.count == 2, let number = Int(parts[0]) else {
                throw StoreError(.migration, "\(folder)/\(file): the name must have the form NNN_name.up.sql")
            }
            migrations.append(
                Migration(
                    number: number,
                    name: String(parts[1]),
                    up: try content(file),
                    down: try content(stem + ".down.sql")
                )
            )
        }
        for (index, migration) in migrations.enumerated() where migration.number != index + 1 {
            throw StoreError(
                .migration,
                "\(folder): expected migration \(index + 1), found \(migration.number): numbers must be consecutive"
            )
        }
        return migrations
    }
}

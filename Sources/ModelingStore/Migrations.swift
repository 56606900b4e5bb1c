import Crypto
import Foundation
import Postgres

/// One numbered change of the schema.
public struct Migration: Sendable, Equatable {
    public let number: Int
    public let name: String
    public let up: String
    public let down: String

    /// Of the SQL that was run, so that an edited file is noticed.
    public var checksum: String { SHA256.hash(data: Data(up.utf8)).map { String(format: "%02x", $0) }.joined() }

    /// Reads `NNN_name.up.sql` and `NNN_name.down.sql`.
    ///
    /// - Throws: `StoreError` for a folder that cannot be read, a number used twice or left out, or a file without its pair.
    public static func read(_ folder: String) throws(StoreError) -> [Migration] {
        guard let files = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            throw StoreError(.migration, "the folder \(folder) cannot be read: run from the project's root, or set GIDDYUP_HOME")
        }
        func content(_ name: String) throws(StoreError) -> String {
            guard let text = try? String(contentsOfFile: folder + "/" + name, encoding: .utf8) else {
                throw StoreError(.migration, "\(folder)/\(name) is missing")
            }
            return text
        }
        var migrations: [Migration] = []
        for file in files.sorted() where file.hasSuffix(".up.sql") {
            let stem = String(file.dropLast(".up.sql".count))
            let parts = stem.split(separator: "_", maxSplits: 1)
            guard parts.count == 2, let number = Int(parts[0]) else { throw StoreError(.migration, "\(folder)/\(file) is not named NNN_name.up.sql") }
            migrations.append(Migration(number: number, name: String(parts[1]), up: try content(file), down: try content(stem + ".down.sql")))
        }
        for (index, migration) in migrations.enumerated() where migration.number != index + 1 {
            throw StoreError(.migration, "\(folder): migration \(index + 1) is missing, or a number is used twice")
        }
        return migrations
    }
}

/// Brings modeling.* to a version, each step in its own transaction, one runner at a time.
public struct MigrationRunner: Sendable {
    private let migrations: [Migration]

    public init(_ migrations: [Migration]) { self.migrations = migrations }

    /// - Parameters:
    ///   - target: the number to end at; nil is the newest.
    ///   - dryRun: says what would be done and does nothing.
    /// - Returns: what was run, in order, as "up 003_models".
    /// - Throws: `StoreError` where a migration that was run has been edited since, or the database is newer than these files.
    public func run(to target: Int? = nil, dryRun: Bool = false, _ connection: PostgresConnection) async throws -> [String] {
        // one session lock for the whole run; a second runner waits and then finds nothing to do
        try await connection.query("SELECT pg_advisory_lock(hashtext('giddyup.migrations'))")
        do {
            let steps = try await steps(to: target ?? migrations.count, dryRun: dryRun, connection)
            try await connection.query("SELECT pg_advisory_unlock(hashtext('giddyup.migrations'))")
            return steps
        } catch {
            if connection.isUsable { _ = try? await connection.query("SELECT pg_advisory_unlock(hashtext('giddyup.migrations'))") }
            throw error
        }
    }

    private func steps(to target: Int, dryRun: Bool, _ connection: PostgresConnection) async throws -> [String] {
        guard (0...migrations.count).contains(target) else {
            throw StoreError(.migration, "there is no migration \(target): 0 to \(migrations.count)")
        }
        let exists = try await connection.query("SELECT to_regclass('modeling.migrations') IS NOT NULL AS exists")[0].get("exists", as: Bool.self)
        var applied: [Int: String] = [:]
        if exists {
            for row in try await connection.query("SELECT number, checksum FROM modeling.migrations") {
                applied[try row.get("number", as: Int.self)] = try row.get("checksum", as: String.self)
            }
        } else if !dryRun {
            try await connection.script(
                """
                CREATE SCHEMA IF NOT EXISTS modeling;
                CREATE TABLE IF NOT EXISTS modeling.migrations (
                    number bigint PRIMARY KEY, name text NOT NULL, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now());
                """)
        }
        if let newest = applied.keys.max(), newest > migrations.count {
            throw StoreError(.migration, "the database is at migration \(newest), these files end at \(migrations.count): use a newer version")
        }
        for migration in migrations {
            if let checksum = applied[migration.number], checksum != migration.checksum {
                throw StoreError(
                    .migration, "migration \(migration.number) (\(migration.name)) was edited after it was run: restore it and add a new one")
            }
        }
        var done: [String] = []
        for migration in migrations where migration.number <= target && applied[migration.number] == nil {
            done.append("up \(label(migration))")
            if dryRun { continue }
            try await connection.transaction { connection in
                try await connection.script(migration.up)
                try await connection.query(
                    "INSERT INTO modeling.migrations (number, name, checksum) VALUES ($1, $2, $3)",
                    [.int(migration.number), .text(migration.name), .text(migration.checksum)])
            }
        }
        for migration in migrations.reversed() where migration.number > target && applied[migration.number] != nil {
            done.append("down \(label(migration))")
            if dryRun { continue }
            try await connection.transaction { connection in
                try await connection.script(migration.down)
                try await connection.query("DELETE FROM modeling.migrations WHERE number = $1", [.int(migration.number)])
            }
        }
        return done
    }

    private func label(_ migration: Migration) -> String { String(format: "%03d", migration.number) + "_" + migration.name }
}

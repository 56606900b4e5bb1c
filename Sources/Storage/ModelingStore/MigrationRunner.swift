import Foundation
import Postgres

/// Migrates the schema `modeling` to a version. Each step runs in its own transaction.
public struct MigrationRunner: Sendable {
    private let migrations: [Migration]

    public init(_ migrations: [Migration]) { self.migrations = migrations }

    /// Runs the migrations between the current version and the target.
    ///
    /// - Parameters:
    ///   - target: the version to migrate to, up or down; `nil` means the newest.
    ///   - dryRun: whether to return the steps without running them.
    /// - Returns: the steps in order, such as "up 003_models".
    /// - Throws: `StoreError` if an applied migration was edited since, or the database is newer than the files.
    public func run(to target: Int? = nil, dryRun: Bool = false, _ connection: PostgresConnection) async throws
        -> [String]
    {
        // The session lock covers the whole run. A concurrent runner waits and then finds nothing to do.
        try await connection.query("SELECT pg_advisory_lock(hashtext('giddyup.migrations'))")
        do {
            let steps = try await steps(to: target ?? migrations.count, dryRun: dryRun, connection)
            try await connection.query("SELECT pg_advisory_unlock(hashtext('giddyup.migrations'))")
            return steps
        } catch {
            if connection.isUsable {
                _ = try? await connection.query("SELECT pg_advisory_unlock(hashtext('giddyup.migrations'))")
            }
            throw error
        }
    }

    private func steps(to target: Int, dryRun: Bool, _ connection: PostgresConnection) async throws -> [String] {
        guard (0...migrations.count).contains(target) else {
            throw StoreError(.migration, "there is no migration \(target): choose 0 to \(migrations.count)")
        }
        let applied = try await readApplied(dryRun: dryRun, connection)
        try check(applied)
        var steps: [String] = []
        for migration in migrations where migration.number <= target && applied[migration.number] == nil {
            steps.append("up \(label(migration))")
            if !dryRun { try await apply(migration, connection) }
        }
        for migration in migrations.reversed() where migration.number > target && applied[migration.number] != nil {
            steps.append("down \(label(migration))")
            if !dryRun { try await revert(migration, connection) }
        }
        return steps
    }

    /// Reads the checksums of the applied migrations by number. Creates the table that holds them if it is missing and
    /// this is not a dry run.
    private func readApplied(dryRun: Bool, _ connection: PostgresConnection) async throws -> [Int: String] {
        let exists = try await connection.query("SELECT to_regclass('modeling.migrations') IS NOT NULL AS exists")[0]
            .get("exists", as: Bool.self)
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
                    number bigint PRIMARY KEY, name text NOT NULL, checksum text NOT NULL,
                    applied_at timestamptz NOT NULL DEFAULT now());
                """
            )
        }
        return applied
    }

    private func check(_ applied: [Int: String]) throws(StoreError) {
        if let newest = applied.keys.max(), newest > migrations.count {
            throw StoreError(
                .migration,
                "the database is at migration \(newest), these files end at \(migrations.count): use a newer version"
            )
        }
        for migration in migrations {
            if let checksum = applied[migration.number], checksum != migration.checksum {
                throw StoreError(
                    .migration,
                    "migration \(label(migration)) was edited after it was applied: restore the file and add a new one"
                )
            }
        }
    }

    private func apply(_ migration: Migration, _ connection: PostgresConnection) async throws {
        try await connection.transaction { connection in
            try await connection.script(migration.up)
            try await connection.query(
                "INSERT INTO modeling.migrations (number, name, checksum) VALUES ($1, $2, $3)",
                [.int(migration.number), .text(migration.name), .text(migration.checksum)]
            )
        }
    }

    private func revert(_ migration: Migration, _ connection: PostgresConnection) async throws {
        try await connection.transaction { connection in
            try await connection.script(migration.down)
            try await connection.query(
                "DELETE FROM modeling.migrations WHERE number = $1",
                [.int(migration.number)]
            )
        }
    }

    private func label(_ migration: Migration) -> String {
        String(format: "%03d", migration.number) + "_" + migration.name
    }
}

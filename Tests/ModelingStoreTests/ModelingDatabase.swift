import Foundation
import ModelingStore
import Postgres
import Racing
import RacingStore
import Servers
import Upstream

/// A migrated database of its own, with a model 1.
func withModelingDatabase(_ body: (PostgresPool) async throws -> Void) async throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..").standardizedFileURL.path
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../migrations").path
    try await Servers.withDatabase { url async throws in
        let pool = PostgresPool(url)
        let runner = MigrationRunner(try Migration.read(folder))
        _ = try await pool.withConnection { connection in
            try await UpstreamSchema.install(root + "/upstream/racing.sql", connection)
            return try await runner.run(to: nil, dryRun: false, connection)
        }
        try await pool.query("INSERT INTO modeling.models (model_id, name, version) VALUES (1, 'm', '1')")
        try await body(pool)
    }
}

import Foundation
import ModelingStore
import Postgres
import Racing
import RacingImport
import RacingStore
import Servers

/// Runs `body` on a new migrated database that holds one model with id 1.
func withModelingDatabase(_ body: (PostgresPool) async throws -> Void) async throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..")
        .standardizedFileURL.path
    try await Servers.withDatabase { url async throws in
        let pool = PostgresPool(url)
        let runner = MigrationRunner(try Migration.read(root + "/migrations"))
        _ = try await pool.withConnection { connection in
            try await RacingSchema.install(root + "/upstream/racing.sql", connection)
            return try await runner.run(to: nil, dryRun: false, connection)
        }
        try await pool.query("INSERT INTO modeling.models (model_id, name, version) VALUES (1, 'm', '1')")
        try await body(pool)
    }
}

import Foundation
import Postgres
import RacingImport
import RacingStore
import Servers
import Simulation

/// Runs `body` with a database that holds a simulated season, 2025.
func withSimulatedSeason(_ body: (PostgresPool) async throws -> Void) async throws {
    let schema = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
        "../../upstream/racing.sql"
    ).path
    try await Servers.withDatabase { url async throws in
        let pool = PostgresPool(url)
        try await pool.withConnection { connection in
            try await RacingSchema.install(schema, connection)
            var settings = SimulationSettings()
            settings.seasons = 1
            _ = try await SimulationLoad.load(settings, connection)
        }
        try await body(pool)
    }
}

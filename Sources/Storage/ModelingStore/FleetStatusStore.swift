import Postgres

/// Reads the status of the fleet from `modeling.*`.
public enum FleetStatusStore {
    private static let countedTables = ["models", "signals", "bets", "results", "ticks"]

    /// Reads the status of the fleet.
    ///
    /// - Throws: `PostgresError` with `sqlState` 42P01 or 3F000 if the database is not migrated.
    public static func read(_ connection: PostgresConnection) async throws -> FleetStatus {
        var status = try await readWithoutRows(connection)
        for table in countedTables {
            status.rows[table] = try await connection.query("SELECT count(*) AS n FROM modeling.\(table)")[0]
                .get("n", as: Int.self)
        }
        return status
    }

    /// Reads the status without the row counts, which take long on large tables.
    public static func readWithoutRows(_ connection: PostgresConnection) async throws -> FleetStatus {
        let migration: Int = try await connection.query(
            "SELECT coalesce(max(number), 0) AS n FROM modeling.migrations"
        )[0].get("n")
        let unsettledBets: Int = try await connection.query(
            "SELECT count(*) AS n FROM modeling.bets WHERE unsettled_reason IS NOT NULL"
        )[0].get("n")
        return FleetStatus(
            migration: migration,
            workers: try await WorkerStore.readAlive(connection),
            rows: [:],
            limits: try await StakingLimitStore.readCurrent(connection),
            unsettledBets: unsettledBets,
            activeModels: try await ModelRegistry.activeModels(connection)
        )
    }
}

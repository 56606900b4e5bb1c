import Postgres

/// Reads and writes `modeling.staking_limits`. The newest row is in force.
public enum StakingLimitStore {
    /// Reads the limits in force.
    ///
    /// - Returns: `nil` if none were ever applied: then no signal is actionable.
    public static func readCurrent(_ connection: PostgresConnection) async throws -> StakingLimits? {
        try await connection.query(
            "SELECT day_units, stop_units FROM modeling.staking_limits ORDER BY limit_id DESC LIMIT 1"
        ).first.map {
            StakingLimits(dayUnits: try $0.get("day_units"), stopUnits: try $0.get("stop_units"))
        }
    }

    /// Inserts limits, unless they equal those in force.
    ///
    /// - Parameter who: the person or program that applies them.
    /// - Returns: whether a row was inserted.
    @discardableResult
    public static func insert(_ limits: StakingLimits, by who: String, _ connection: PostgresConnection) async throws
        -> Bool
    {
        guard try await readCurrent(connection) != limits else { return false }
        try await connection.query(
            "INSERT INTO modeling.staking_limits (day_units, stop_units, by_whom) VALUES ($1, $2, $3)",
            [.double(limits.dayUnits), .double(limits.stopUnits), .text(who)]
        )
        return true
    }
}

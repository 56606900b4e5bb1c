import Betting
import Postgres

/// modeling.staking_limits: the limits of a day, which modeling.actionable_signals applies.
public struct StakingLimits: Sendable, Equatable, Codable {
    /// Units on the races of one day.
    public let dayUnits: Double
    /// Units lost on a day after which nothing more is bet that day.
    public let stopUnits: Double

    public init(_ policy: StakingPolicy) {
        dayUnits = policy.maximumPerDay * policy.bankrollUnits
        stopUnits = policy.dailyStopLoss * policy.bankrollUnits
    }

    private init(day: Double, stop: Double) { (dayUnits, stopUnits) = (day, stop) }

    /// Those that hold now; nil: none were ever applied, and nothing is actionable.
    public static func current(_ connection: PostgresConnection) async throws -> StakingLimits? {
        try await connection.query("SELECT day_units, stop_units FROM modeling.staking_limits ORDER BY limit_id DESC LIMIT 1").first.map {
            StakingLimits(day: try $0.get("day_units"), stop: try $0.get("stop_units"))
        }
    }

    /// - Returns: whether they are others than those that held.
    @discardableResult
    public func apply(by who: String, _ connection: PostgresConnection) async throws -> Bool {
        guard try await Self.current(connection) != self else { return false }
        try await connection.query(
            "INSERT INTO modeling.staking_limits (day_units, stop_units, by_whom) VALUES ($1, $2, $3)",
            [.double(dayUnits), .double(stopUnits), .text(who)])
        return true
    }
}

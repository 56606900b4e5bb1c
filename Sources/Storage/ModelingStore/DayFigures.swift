import Postgres
import Racing
import RacingStore

/// What happened on a day so far, in numbers.
public struct DayFigures: Sendable, Equatable {
    /// Races that were scheduled, and those of them that were scored.
    public let races: Int
    public let scored: Int
    public let ticks: Int
    public let missedTicks: Int
    /// Of any day; `nil` if nothing was ever requested.
    public let lastTick: Instant?
    /// Runners on which a stake is advised now, and how much.
    public let advised: Int
    public let advisedUnits: Double
    public let bets: Int
    public let stakedUnits: Double
    public let settled: Int
    /// Of the settled bets.
    public let profit: Double
    /// Mean ln(taken / closing) of the settled bets that have one.
    public let clv: Double?
    /// Races with a result.
    public let results: Int

    public static func read(_ day: CalendarDay, _ connection: PostgresConnection) async throws -> DayFigures {
        let row = try await connection.query(
            """
            SELECT (SELECT count(DISTINCT race_id) FROM modeling.ticks WHERE race_date = $1) AS races,
                   (SELECT count(DISTINCT race_id) FROM modeling.latest_signals WHERE race_date = $1) AS scored,
                   (SELECT count(*) FROM modeling.ticks WHERE race_date = $1 AND emitted_at IS NOT NULL) AS ticks,
                   (SELECT count(*) FROM modeling.ticks WHERE race_date = $1 AND skipped_at IS NOT NULL) AS missed,
                   (SELECT max(as_of) FROM modeling.ticks WHERE emitted_at IS NOT NULL) AS last_tick,
                   (SELECT count(DISTINCT race_id) FROM modeling.results WHERE race_date = $1) AS results,
                   a.advised, a.advised_units, b.*
              FROM (SELECT count(*) AS advised, coalesce(sum(stake_units), 0)::double precision AS advised_units
                      FROM modeling.actionable_signals WHERE race_date = $1 AND stake_units > 0) a,
                   (SELECT count(*) AS bets, coalesce(sum(stake), 0)::double precision AS staked,
                           count(pnl) AS settled, coalesce(sum(pnl), 0)::double precision AS profit, avg(clv) AS clv
                      FROM modeling.bets WHERE race_date = $1) b
            """,
            [.date(day.postgres)]
        )[0]
        return DayFigures(
            races: try row.get("races"),
            scored: try row.get("scored"),
            ticks: try row.get("ticks"),
            missedTicks: try row.get("missed"),
            lastTick: try row.find("last_tick", as: PostgresInstant.self).map { Instant($0) },
            advised: try row.get("advised"),
            advisedUnits: try row.get("advised_units"),
            bets: try row.get("bets"),
            stakedUnits: try row.get("staked"),
            settled: try row.get("settled"),
            profit: try row.get("profit"),
            clv: try row.find("clv"),
            results: try row.get("results")
        )
    }
}

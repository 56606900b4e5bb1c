import Postgres
import Racing

/// Reads the prices that were available at a moment.
public enum PriceReader {
    /// A race and the moment at which to price it.
    public struct Question: Sendable {
        public let key: RaceKey
        public let asOf: Instant

        public init(key: RaceKey, asOf: Instant) {
            self.key = key
            self.asOf = asOf
        }
    }

    /// When the staged prices of a race become known.
    public struct Stages: Sendable {
        /// 11:00 at the course on the race's day, when the morning price becomes known.
        public let morning: Instant
        /// When the average before the off becomes known.
        public let off: Instant

        public init(morning: Instant, off: Instant) {
            self.morning = morning
            self.off = off
        }
    }

    /// Reads, for each runner, the latest live price at or before the moment, or else the average before the off or the
    /// morning price if it was known by then. Never reads a later live price, and never the BSP.
    ///
    /// The average counts as known at the scheduled off. In a race that starts late it includes what was traded until
    /// then. Nobody can take it, so nothing is staked at it.
    ///
    /// - Parameter stages: one for each question; `nil` for a race whose prices are not needed.
    /// - Returns: one element per question, in the order given: prices by runner id. Runners without a price are
    ///   absent.
    public static func read(_ questions: [Question], _ stages: [Stages?], _ connection: PostgresConnection) async throws
        -> [[Int64: MarketPrice]]
    {
        try prices(await connection.pipeline(statements(for: questions)), questions, stages)
    }

    /// The statements of `read`, for a pipeline.
    public static func statements(for questions: [Question]) -> [PostgresStatement] {
        let numbers = PostgresParameter.ints(questions.indices.map(Int64.init))
        let races = PostgresParameter.ints(questions.map(\.key.raceID))
        let days = PostgresParameter.dates(questions.map(\.key.day.postgres))
        let moments = PostgresParameter.instants(questions.map(\.asOf.postgres))
        let condition = questions.map(\.key).dayCondition("u.race_date", next: 4)
        return [
            PostgresStatement(
                stagedQuery(condition.sql),
                [numbers, races, days] + condition.parameters,
                isPrepared: true
            ),
            PostgresStatement(liveQuery, [numbers, races, moments], isPrepared: true),
        ]
    }

    /// The prices in the rows of `statements`.
    public static func prices(_ sets: some Collection<PostgresRows>, _ questions: [Question], _ stages: [Stages?])
        throws
        -> [[Int64: MarketPrice]]
    {
        let sets = Array(sets)
        var prices = [[Int64: MarketPrice]](repeating: [:], count: questions.count)
        for row in sets[0] {
            let number: Int = try row.get("n")
            guard let known = stages[number] else { continue }
            prices[number][try row.get("runner_id")] = try stagedPrice(row, questions[number].asOf, known)
        }
        for row in sets[1] {
            let number: Int = try row.get("n")
            guard stages[number] != nil else { continue }
            prices[number][try row.get("runner_id")] = MarketPrice(
                odds: try row.get("odds"),
                source: .live,
                at: Instant(try row.get("ts", as: PostgresInstant.self)),
                volume: try row.find("volume"),
                lay: try row.find("lay")
            )
        }
        return prices
    }

    private static func stagedQuery(_ condition: String) -> String {
        """
        SELECT q.n, u.runner_id, u.win_morningwap AS morning, u.win_morning_vol AS morning_volume,
               u.win_ppwap AS preplay, u.win_pre_vol AS preplay_volume
          FROM unnest($1::bigint[], $2::bigint[], $3::date[]) AS q(n, race_id, race_date)
          JOIN racing.runners u USING (race_id, race_date)
         WHERE (u.win_morningwap > 1 OR u.win_ppwap > 1) AND \(condition)
        """
    }

    private static func stagedPrice(_ row: PostgresRow, _ asOf: Instant, _ stages: Stages) throws -> MarketPrice? {
        if stages.off <= asOf, let odds = try row.find("preplay", as: Double.self), odds > 1 {
            let volume = try row.find("preplay_volume", as: Double.self)
            return MarketPrice(odds: odds, source: .preplay, at: stages.off, volume: volume)
        }
        guard stages.morning <= asOf, let odds = try row.find("morning", as: Double.self), odds > 1 else {
            return nil
        }
        let volume = try row.find("morning_volume", as: Double.self)
        return MarketPrice(odds: odds, source: .morning, at: stages.morning, volume: volume)
    }

    /// Prices of the same instant are ordered by traded volume, which never falls, so that the choice is deterministic.
    ///
    /// The subqueries hide the lengths of the arrays from the planner. It would otherwise find a plan for each call
    /// cheaper than one for all, and plan again for each race.
    private static let liveQuery = """
        SELECT q.n, p.runner_id, p.back_price AS odds, p.ts, p.traded_vol AS volume, p.lay_price AS lay
          FROM unnest((SELECT $1::bigint[]), (SELECT $2::bigint[]), (SELECT $3::timestamptz[])) AS q(n, race_id, as_of)
         CROSS JOIN LATERAL (
               SELECT DISTINCT ON (runner_id) runner_id, back_price, ts, traded_vol, lay_price
                 FROM racing.live_prices
                WHERE race_id = q.race_id AND ts <= q.as_of AND back_price > 1
                ORDER BY runner_id, ts DESC, traded_vol DESC NULLS LAST, back_price DESC, lay_price) p
        """
}

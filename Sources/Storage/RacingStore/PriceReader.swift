import Postgres
import Racing

/// Reads the prices that were available at a moment.
public enum PriceReader {
    /// A race and the moment at which to price it.
    public struct Question: Sendable {
        public let key: RaceKey
        public let asOf: Instant
        /// 11:00 at the course on the race's day, when the morning price becomes known.
        public let morning: Instant

        public init(key: RaceKey, asOf: Instant, morning: Instant) {
            self.key = key
            self.asOf = asOf
            self.morning = morning
        }
    }

    /// Reads, for each runner, the latest live price at or before the moment, or else the morning price if it was known
    /// by then. Never reads a later price.
    ///
    /// - Returns: one element per question, in the order given: prices by runner id. Runners without a price are
    ///   absent.
    public static func read(_ questions: [Question], _ connection: PostgresConnection) async throws
        -> [[Int64: MarketPrice]]
    {
        let numbers = PostgresParameter.ints(questions.indices.map(Int64.init))
        let races = PostgresParameter.ints(questions.map(\.key.raceID))
        let sets = try await connection.pipeline([
            PostgresStatement(
                morningQuery,
                [numbers, races, .dates(questions.map(\.key.day.postgres))] + questions.map(\.key).dayBounds
            ),
            PostgresStatement(liveQuery, [numbers, races, .instants(questions.map(\.asOf.postgres))]),
        ])
        var prices = [[Int64: MarketPrice]](repeating: [:], count: questions.count)
        for row in sets[0] {
            let number: Int = try row.get("n")
            guard questions[number].morning <= questions[number].asOf else { continue }
            prices[number][try row.get("runner_id")] = MarketPrice(
                odds: try row.get("odds"),
                source: .morning,
                at: questions[number].morning,
                volume: try row.find("volume")
            )
        }
        for row in sets[1] {
            prices[try row.get("n", as: Int.self)][try row.get("runner_id")] = MarketPrice(
                odds: try row.get("odds"),
                source: .live,
                at: Instant(try row.get("ts", as: PostgresInstant.self)),
                volume: try row.find("volume"),
                lay: try row.find("lay")
            )
        }
        return prices
    }

    private static let morningQuery = """
        SELECT q.n, u.runner_id, u.win_morningwap AS odds, u.win_morning_vol AS volume
          FROM unnest($1::bigint[], $2::bigint[], $3::date[]) AS q(n, race_id, race_date)
          JOIN racing.runners u USING (race_id, race_date)
         WHERE u.win_morningwap > 1 AND u.race_date BETWEEN $4 AND $5
        """

    /// Prices of the same instant are ordered by traded volume, which never falls, so that the choice is deterministic.
    private static let liveQuery = """
        SELECT q.n, p.runner_id, p.back_price AS odds, p.ts, p.traded_vol AS volume, p.lay_price AS lay
          FROM unnest($1::bigint[], $2::bigint[], $3::timestamptz[]) AS q(n, race_id, as_of)
         CROSS JOIN LATERAL (
               SELECT DISTINCT ON (runner_id) runner_id, back_price, ts, traded_vol, lay_price
                 FROM racing.live_prices
                WHERE race_id = q.race_id AND ts <= q.as_of AND back_price > 1
                ORDER BY runner_id, ts DESC, traded_vol DESC NULLS LAST, back_price DESC, lay_price) p
        """
}

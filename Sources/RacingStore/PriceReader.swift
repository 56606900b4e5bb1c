import Postgres
import Racing

/// Reads the prices that could be taken at a moment.
public enum PriceReader {
    /// One moment of one race.
    public struct Question: Sendable {
        public let key: RaceKey
        public let asOf: Instant
        /// 11:00 on the race's day at its course: from then on the morning price is known.
        public let morning: Instant

        public init(key: RaceKey, asOf: Instant, morning: Instant) {
            self.key = key
            self.asOf = asOf
            self.morning = morning
        }
    }

    /// Several prices of one instant are told apart by the volume traded, which only grows, so that the answer is the same each time.
    ///
    /// The latest live price at or before the moment; else the morning price, once its time has come; never one from later.
    ///
    /// - Returns: for each question the prices by runner; runners without one are absent.
    public static func read(_ questions: [Question], _ connection: PostgresConnection) async throws -> [[Int64: MarketPrice]] {
        var answers = [[Int64: MarketPrice]](repeating: [:], count: questions.count)
        let numbers = PostgresParameter.ints(questions.indices.map(Int64.init))
        let races = PostgresParameter.ints(questions.map(\.key.raceID))
        let sets = try await connection.pipeline([
            PostgresStatement(
                """
                SELECT q.n, u.runner_id, u.win_morningwap AS odds, u.win_morning_vol AS volume
                  FROM unnest($1::bigint[], $2::bigint[], $3::date[]) AS q(n, race_id, race_date)
                  JOIN racing.runners u USING (race_id, race_date)
                 WHERE u.win_morningwap > 1 AND u.race_date BETWEEN $4 AND $5
                """, [numbers, races, .dates(questions.map(\.key.day.postgres))] + questions.map(\.key).dayBounds),
            PostgresStatement(
                """
                SELECT q.n, p.runner_id, p.back_price AS odds, p.ts, p.traded_vol AS volume, p.lay_price AS lay
                  FROM unnest($1::bigint[], $2::bigint[], $3::timestamptz[]) AS q(n, race_id, as_of)
                 CROSS JOIN LATERAL (
                       SELECT DISTINCT ON (runner_id) runner_id, back_price, ts, traded_vol, lay_price
                         FROM racing.live_prices
                        WHERE race_id = q.race_id AND ts <= q.as_of AND back_price > 1
                        ORDER BY runner_id, ts DESC, traded_vol DESC NULLS LAST, back_price DESC, lay_price) p
                """, [numbers, races, .instants(questions.map(\.asOf.postgres))]),
        ])
        for row in sets[0] {
            let number: Int = try row.get("n")
            guard questions[number].morning <= questions[number].asOf else { continue }
            answers[number][try row.get("runner_id")] = MarketPrice(
                odds: try row.get("odds"), source: .morning, at: questions[number].morning, volume: try row.find("volume"))
        }
        for row in sets[1] {
            answers[try row.get("n", as: Int.self)][try row.get("runner_id")] = MarketPrice(
                odds: try row.get("odds"), source: .live, at: Instant(try row.get("ts", as: PostgresInstant.self)), volume: try row.find("volume"),
                lay: try row.find("lay"))
        }
        return answers
    }
}

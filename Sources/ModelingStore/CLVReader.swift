import Betting
import Postgres
import Racing
import RacingStore

/// Reads modeling.signal_clv.
public enum CLVReader {
    public struct Row: Sendable {
        public let raceID: Int64
        public let model: String
        /// 0800, 60m, 10m, 1m or staked.
        public let bucket: String
        public let odds: Double
        public let probability: Double
        public let stake: Double
        public let closing: Double
        public let closingSource: String
        public let clv: Double
        public let clvReturn: Double?
        /// Expected profit per unit at the price, before commission.
        public var edge: Double { probability * odds - 1 }
        public var observation: ClosingLineRegression.Observation {
            ClosingLineRegression.Observation(race: raceID, probability: probability, taken: odds, closing: closing)
        }
    }

    /// Only races after the model's training: of its own races it knows the results.
    ///
    /// - Parameter modelID: nil: all models.
    public static func read(
        from first: CalendarDay, through last: CalendarDay, modelID: Int64?, _ connection: PostgresConnection
    ) async throws -> [Row] {
        try await connection.query(
            """
            SELECT c.race_id, m.name || ' ' || m.version AS model, c.bucket, c.odds, c.p_win, c.stake_units, c.close_odds, c.close_src, c.clv, c.clv_return
              FROM modeling.signal_clv c JOIN modeling.models m USING (model_id)
             WHERE c.race_date BETWEEN $1 AND $2 AND ($3 = 0 OR c.model_id = $3)
               AND (m.trained_through IS NULL OR c.race_date > m.trained_through) ORDER BY c.race_id, c.horse_id, c.model_id, c.bucket
            """, [.date(first.postgres), .date(last.postgres), .int(modelID ?? 0)]
        ).map { row in
            Row(
                raceID: try row.get("race_id"), model: try row.get("model"), bucket: try row.get("bucket"), odds: try row.get("odds"),
                probability: try row.get("p_win"), stake: try row.get("stake_units"), closing: try row.get("close_odds"),
                closingSource: try row.get("close_src"), clv: try row.get("clv"),
                clvReturn: try row.find("clv_return"))
        }
    }
}

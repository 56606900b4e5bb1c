import Postgres
import Racing
import RacingStore

/// Reads what a model has predicted, for comparison over time.
public enum PredictionStore {
    /// The probabilities of the last signals of each race.
    public struct Predictions: Sendable, Equatable {
        public var model: [Double] = []
        public var bet: [Double] = []
    }

    /// The predictions of live races of these days.
    public static func readLive(
        modelID: Int64,
        days: ClosedRange<CalendarDay>,
        _ connection: PostgresConnection
    ) async throws -> Predictions {
        try await read(
            """
            SELECT s.p_model, s.p_win FROM modeling.latest_signals n
              JOIN modeling.signals s USING (race_id, model_id, as_of)
             WHERE n.model_id = $1 AND n.race_date BETWEEN $2 AND $3 AND s.origin = 'live'
            """,
            modelID,
            days,
            connection
        )
    }

    /// The predictions of a backfill of these days, at the latest moment that it asked for.
    public static func readBackfilled(
        modelID: Int64,
        days: ClosedRange<CalendarDay>,
        _ connection: PostgresConnection
    ) async throws -> Predictions {
        try await read(
            """
            SELECT DISTINCT ON (race_id, horse_id) p_model, p_win FROM modeling.signals
             WHERE model_id = $1 AND race_date BETWEEN $2 AND $3 AND origin = 'backfill'
             ORDER BY race_id, horse_id, as_of DESC
            """,
            modelID,
            days,
            connection
        )
    }

    private static func read(
        _ sql: String,
        _ modelID: Int64,
        _ days: ClosedRange<CalendarDay>,
        _ connection: PostgresConnection
    ) async throws -> Predictions {
        var predictions = Predictions()
        let parameters: [PostgresParameter] = [
            .int(modelID), .date(days.lowerBound.postgres), .date(days.upperBound.postgres),
        ]
        for row in try await connection.query(sql, parameters) {
            predictions.model.append(try row.find("p_model") ?? .nan)
            predictions.bet.append(try row.find("p_win") ?? .nan)
        }
        return predictions
    }
}

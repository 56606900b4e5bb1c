import Postgres
import Racing
import RacingStore

/// A signal as modeling.signals has it, as far as a person or a bot needs it.
public struct StoredSignal: Sendable, Equatable {
    public let asOf: Instant
    public let raceID: Int64
    public let horseID: Int64
    public let pWin: Double
    public let fairOdds: Double
    /// nil: no price could be taken.
    public let odds: Double?
    public let edge: Double?
    public let stake: Double
    public let reasonsJSON: String
}

/// Reads modeling.signals by race.
public enum SignalReader {
    /// The signals of each race by one model at one moment, by horse.
    ///
    /// - Parameters:
    ///   - moments: one of each race.
    ///   - live: only signals that were issued live, not backfilled.
    /// - Returns: by race; a race without signals is absent.
    public static func read(
        _ moments: [(raceID: Int64, asOf: Instant)], modelID: Int64, live: Bool = false, _ connection: PostgresConnection
    ) async throws -> [Int64: [StoredSignal]] {
        let rows = try await connection.query(
            """
            SELECT s.as_of, s.race_id, s.horse_id, s.p_win, s.fair_odds_win, s.best_odds_win, s.edge_win, s.stake_units, s.reasons_json::text AS reasons
              FROM unnest($1::bigint[], $2::timestamptz[]) AS q(race_id, as_of)
              JOIN modeling.signals s USING (race_id, as_of)
             WHERE s.model_id = $3\(live ? " AND s.origin = 'live'" : "")
             ORDER BY s.race_id, s.horse_id
            """, [.ints(moments.map(\.raceID)), .instants(moments.map(\.asOf.postgres)), .int(modelID)])
        var signals: [Int64: [StoredSignal]] = [:]
        for row in rows {
            let race: Int64 = try row.get("race_id")
            signals[race, default: []].append(
                StoredSignal(
                    asOf: Instant(try row.get("as_of", as: PostgresInstant.self)), raceID: race, horseID: try row.get("horse_id"),
                    pWin: try row.get("p_win"), fairOdds: try row.get("fair_odds_win"), odds: try row.find("best_odds_win"),
                    edge: try row.find("edge_win"), stake: try row.find("stake_units") ?? 0, reasonsJSON: try row.find("reasons") ?? "{}"))
        }
        return signals
    }
}

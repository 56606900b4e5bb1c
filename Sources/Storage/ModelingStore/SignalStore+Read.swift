import Postgres
import Racing
import RacingStore

extension SignalStore {
    /// Reads the signals of one model, for each race at one moment.
    ///
    /// - Parameters:
    ///   - moments: a race and an `as_of` each.
    ///   - live: whether to read only live signals, not backfilled ones.
    /// - Returns: signals by race, ordered by horse id; a race without signals is absent.
    public static func read(
        _ moments: [(raceID: Int64, asOf: Instant)],
        modelID: Int64,
        live: Bool = false,
        _ connection: PostgresConnection
    ) async throws -> [Int64: [StoredSignal]] {
        let rows = try await connection.query(
            """
            SELECT s.as_of, s.race_id, s.horse_id, s.p_win, s.fair_odds_win, s.best_odds_win, s.edge_win, s.stake_units,
                   s.reasons_json::text AS reasons
              FROM unnest($1::bigint[], $2::timestamptz[]) AS q(race_id, as_of)
              JOIN modeling.signals s USING (race_id, as_of)
             WHERE s.model_id = $3\(live ? " AND s.origin = 'live'" : "")
             ORDER BY s.race_id, s.horse_id
            """,
            [.ints(moments.map(\.raceID)), .instants(moments.map(\.asOf.postgres)), .int(modelID)]
        )
        var signals: [Int64: [StoredSignal]] = [:]
        for row in rows {
            let race: Int64 = try row.get("race_id")
            signals[race, default: []].append(
                StoredSignal(
                    asOf: Instant(try row.get("as_of", as: PostgresInstant.self)),
                    raceID: race,
                    horseID: try row.get("horse_id"),
                    pWin: try row.get("p_win"),
                    fairOdds: try row.get("fair_odds_win"),
                    odds: try row.find("best_odds_win"),
                    edge: try row.find("edge_win"),
                    stake: try row.find("stake_units") ?? 0,
                    reasonsJSON: try row.find("reasons") ?? "{}"
                )
            )
        }
        return signals
    }

    /// Reads one signal by its natural key.
    ///
    /// - Returns: `nil` if there is no such signal.
    public static func read(
        asOf: Instant,
        raceID: Int64,
        horseID: Int64,
        modelID: Int64,
        _ connection: PostgresConnection
    ) async throws -> PublishedSignal? {
        try await connection.query(
            """
            SELECT signal_id, p_win, best_odds_win, edge_win FROM modeling.signals
             WHERE as_of = $1 AND race_id = $2 AND horse_id = $3 AND model_id = $4
            """,
            [.instant(asOf.postgres), .int(raceID), .int(horseID), .int(modelID)]
        ).first.map { row in
            PublishedSignal(
                signalID: try row.get("signal_id"),
                pWin: try row.get("p_win"),
                odds: try row.find("best_odds_win"),
                edgeWin: try row.find("edge_win")
            )
        }
    }

    /// Counts all signals.
    public static func count(_ connection: PostgresConnection) async throws -> Int {
        try await connection.query("SELECT count(*) AS n FROM modeling.signals")[0].get("n")
    }
}

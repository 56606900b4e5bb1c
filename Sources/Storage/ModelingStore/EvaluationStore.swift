import Betting
import Modeling
import Postgres
import Racing
import RacingStore

/// Reads signals with their results, for evaluation.
public enum EvaluationStore {
    /// Reads the last signals of each race at or before a lead time, by one model, with their results.
    ///
    /// - Parameters:
    ///   - beforeOff: the lead before the off, in seconds.
    ///   - live: whether to read only live signals, not backfilled ones.
    /// - Returns: one element per race, in the order given; a race without signals or result has no runners.
    public static func read(
        _ races: [ScheduledRace],
        modelID: Int64,
        beforeOff: Double = 0,
        live: Bool = false,
        _ connection: PostgresConnection
    ) async throws -> [EvaluatedRace] {
        let results = try await ResultReader.read(races, connection).results
        let rows = try await lastSignals(races, modelID: modelID, beforeOff: beforeOff, live: live, connection)
        var runners: [Int64: [EvaluatedRace.Runner]] = [:]
        var leads: [Int64: Double] = [:]
        let racesByID = Dictionary(uniqueKeysWithValues: races.map { ($0.key.raceID, $0) })
        let resultsByHorse = results.mapValues {
            Dictionary($0.map { ($0.horseID, $0) }, uniquingKeysWith: { first, _ in first })
        }
        for row in rows {
            let raceID: Int64 = try row.get("race_id")
            guard let race = racesByID[raceID], let result = resultsByHorse[raceID]?[try row.get("horse_id")] else {
                continue
            }
            leads[raceID] = race.off.seconds(since: Instant(try row.get("as_of", as: PostgresInstant.self)))
            runners[raceID, default: []].append(try runner(row, result))
        }
        let moments = races.compactMap { race in
            leads[race.key.raceID].map { (race: race, asOf: race.off.advanced(bySeconds: -$0)) }
        }
        let lateWithdrawals = try await LateWithdrawals.read(moments, connection)
        return races.map { race in
            EvaluatedRace(
                raceID: race.key.raceID,
                day: race.key.day,
                lead: leads[race.key.raceID] ?? 0,
                runners: runners[race.key.raceID] ?? [],
                hasUnpricedWithdrawal: lateWithdrawals.contains(race.key.raceID)
            )
        }
    }

    private static func lastSignals(
        _ races: [ScheduledRace],
        modelID: Int64,
        beforeOff: Double,
        live: Bool,
        _ connection: PostgresConnection
    ) async throws -> PostgresRows {
        let originCondition = live ? " AND s.origin = 'live'" : ""
        return try await connection.query(
            """
            WITH q AS (SELECT * FROM unnest($1::bigint[], $2::timestamptz[]) AS q(race_id, off)),
            last AS (
                SELECT s.race_id, max(s.as_of) AS as_of FROM q JOIN modeling.signals s USING (race_id)
                 WHERE s.model_id = $3 AND s.as_of <= q.off\(originCondition) GROUP BY s.race_id)
            SELECT s.race_id, s.as_of, s.horse_id, s.p_win, s.p_model, s.p_market, s.best_odds_win,
                   coalesce(s.best_odds_src, '') AS source, s.stake_units, s.p_place, s.ew_places
              FROM last JOIN modeling.signals s USING (race_id, as_of)
             WHERE s.model_id = $3\(originCondition)
             ORDER BY s.race_id, s.horse_id
            """,
            [
                .ints(races.map(\.key.raceID)),
                .instants(races.map { $0.off.advanced(bySeconds: -beforeOff).postgres }),
                .int(modelID),
            ]
        )
    }

    private static func runner(_ row: PostgresRow, _ result: OfficialResult) throws -> EvaluatedRace.Runner {
        var runner = EvaluatedRace.Runner(
            horseID: result.horseID,
            pWin: try row.get("p_win"),
            pModel: try row.get("p_model"),
            pMarket: try row.find("p_market"),
            odds: try row.find("best_odds_win"),
            source: try row.get("source"),
            stake: try row.find("stake_units") ?? 0,
            outcome: RunnerOutcome(position: result.finish.position, isWithdrawn: !result.finish.isStarter),
            closing: ClosingPrice(bsp: result.bsp, lastTraded: result.lastTraded, sp: result.sp)
        )
        runner.pPlace = try row.find("p_place")
        runner.places = try row.find("ew_places")
        return runner
    }
}

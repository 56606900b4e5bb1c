import Betting
import Modelling
import Postgres
import Racing
import RacingStore

/// Reads signals beside results, for evaluation.
public enum EvaluationReader {
    /// The last signals of each race at or before a time before its off, by one model; a race without signals or result has no runners.
    ///
    /// - Parameters:
    ///   - beforeOff: seconds.
    ///   - live: only signals that were issued live, not backfilled.
    public static func read(
        _ races: [DiaryEntry], modelID: Int64, beforeOff: Double = 0, live: Bool = false, _ connection: PostgresConnection
    ) async throws -> [EvaluatedRace] {
        let results = try await ResultReader.read(races, connection).results
        let rows = try await connection.query(
            """
            WITH q AS (SELECT * FROM unnest($1::bigint[], $2::timestamptz[]) AS q(race_id, off)),
            last AS (
                SELECT s.race_id, max(s.as_of) AS as_of FROM q JOIN modeling.signals s USING (race_id)
                 WHERE s.model_id = $3 AND s.as_of <= q.off\(live ? " AND s.origin = 'live'" : "") GROUP BY s.race_id)
            SELECT s.race_id, s.as_of, s.horse_id, s.p_win, s.p_model, s.p_market, s.best_odds_win, coalesce(s.best_odds_src, '') AS source, s.stake_units
              FROM last JOIN modeling.signals s USING (race_id, as_of)
             WHERE s.model_id = $3\(live ? " AND s.origin = 'live'" : "")
             ORDER BY s.race_id, s.horse_id
            """, [.ints(races.map(\.key.raceID)), .instants(races.map { $0.off.advanced(bySeconds: -beforeOff).postgres }), .int(modelID)])
        var runners: [Int64: [EvaluatedRace.Runner]] = [:]
        var leads: [Int64: Double] = [:]
        let entries = Dictionary(uniqueKeysWithValues: races.map { ($0.key.raceID, $0) })
        let byHorse = results.mapValues { Dictionary($0.map { ($0.horseID, $0) }, uniquingKeysWith: { first, _ in first }) }
        for row in rows {
            let race: Int64 = try row.get("race_id")
            guard let entry = entries[race], let result = byHorse[race]?[try row.get("horse_id")] else { continue }
            leads[race] = entry.off.seconds(since: Instant(try row.get("as_of", as: PostgresInstant.self)))
            runners[race, default: []].append(
                EvaluatedRace.Runner(
                    horseID: result.horseID, pWin: try row.get("p_win"), pModel: try row.get("p_model"), pMarket: try row.find("p_market"),
                    odds: try row.find("best_odds_win"), source: try row.get("source"), stake: try row.find("stake_units") ?? 0,
                    outcome: RunnerOutcome(position: result.finish.position, isWithdrawn: !result.finish.isStarter),
                    closing: ClosingPrice(bsp: result.bsp, lastTraded: result.lastTraded, sp: result.sp)))
        }
        let moments = races.compactMap { entry in leads[entry.key.raceID].map { (entry: entry, asOf: entry.off.advanced(bySeconds: -$0)) } }
        let late = try await LateWithdrawals.read(moments, connection)
        return races.map { entry in
            EvaluatedRace(
                raceID: entry.key.raceID, day: entry.key.day, lead: leads[entry.key.raceID] ?? 0, runners: runners[entry.key.raceID] ?? [],
                lacksRunner: late.contains(entry.key.raceID))
        }
    }
}

import Betting
import Foundation
import Modelling
import Postgres
import Racing
import RacingStore

/// Reads what a backtest stakes again: signals with their prices, or the staged prices of the results themselves.
public enum BacktestReader {
    /// The last signals of each race at or before a time before its off, by one model.
    ///
    /// - Parameter beforeOff: seconds.
    public static func signals(
        _ races: [DiaryEntry], modelID: Int64, beforeOff: Double, _ connection: PostgresConnection
    ) async throws -> [Backtest.Race] {
        let evaluated = try await EvaluationReader.read(races, modelID: modelID, beforeOff: beforeOff, connection)
        struct Quote: Decodable {
            struct Price: Decodable { let ageSeconds, volume, lay: Double? }
            let price: Price?
        }
        var quotes: [Int64: [Int64: (Quote.Price?, Bool)]] = [:]
        let moments = zip(races, evaluated).filter { !$1.runners.isEmpty }.map { ($0.key.raceID, $0.off.advanced(bySeconds: -$1.lead)) }
        for row in try await connection.query(
            """
            SELECT s.race_id, s.horse_id, coalesce(s.blended, false) AS blended, s.reasons_json::text AS reasons
              FROM unnest($1::bigint[], $2::timestamptz[]) AS q(race_id, as_of) JOIN modeling.signals s USING (race_id, as_of) WHERE s.model_id = $3
            """, [.ints(moments.map(\.0)), .instants(moments.map(\.1.postgres)), .int(modelID)])
        {
            let text = try row.find("reasons", as: String.self) ?? "{}"
            let price = try? JSONDecoder().decode(Quote.self, from: Data(text.utf8)).price
            quotes[try row.get("race_id"), default: [:]][try row.get("horse_id")] = (price, try row.get("blended"))
        }
        return evaluated.filter { !$0.runners.isEmpty }.map { race in
            let known = quotes[race.raceID] ?? [:]
            return Backtest.Race(
                race: race,
                runners: race.runners.map { runner in
                    let price = known[runner.horseID]?.0
                    return Backtest.Race.Runner(evaluated: runner, priceAge: price?.ageSeconds, volume: price?.volume, lay: price?.lay)
                }, isBlended: known.values.allSatisfy(\.1))
        }
    }

    /// The staged prices and results of each race, its runners in the order of declaration.
    public static func staged(
        _ races: [DiaryEntry], _ connection: PostgresConnection
    ) async throws -> [(entry: DiaryEntry, field: [SelectionRule.Runner])] {
        let results = try await ResultReader.read(races, connection).results
        var prices: [Int64: (morning: Double?, preplay: Double?)] = [:]
        let keys = races.map(\.key)
        for row in try await connection.query(
            """
            SELECT u.runner_id, u.win_morningwap, u.win_ppwap FROM unnest($1::bigint[], $2::date[]) AS k(race_id, race_date)
              JOIN racing.runners u USING (race_id, race_date) WHERE u.race_date BETWEEN $3 AND $4
            """, [.ints(keys.map(\.raceID)), .dates(keys.map(\.day.postgres))] + keys.dayBounds)
        {
            prices[try row.get("runner_id")] = (try row.find("win_morningwap"), try row.find("win_ppwap"))
        }
        return races.compactMap { entry in
            results[entry.key.raceID].map { runners in
                (
                    entry,
                    runners.sorted { $0.runnerID < $1.runnerID }.map { runner in
                        SelectionRule.Runner(
                            horseID: runner.horseID, morning: prices[runner.runnerID]?.morning, preplay: prices[runner.runnerID]?.preplay,
                            closing: ClosingPrice(bsp: runner.bsp, lastTraded: nil, sp: nil)?.odds,
                            outcome: RunnerOutcome(position: runner.finish.position, isWithdrawn: !runner.finish.isStarter))
                    }
                )
            }
        }
    }
}

import Betting
import Foundation
import Modeling
import Postgres
import Racing
import RacingStore

/// Reads the input of a backtest: signals with their prices, or staged prices with the results.
public enum BacktestStore {
    private struct Quote {
        let price: Price?
        let isBlended: Bool

        struct Reasons: Decodable { let price: Price? }
        struct Price: Decodable { let ageSeconds, volume, lay: Double? }
    }

    /// Reads the last signals of each race at or before a lead time, by one model, with their prices and results.
    ///
    /// - Parameter beforeOff: the lead before the off, in seconds.
    /// - Returns: the races that have signals and a result.
    public static func readSignals(
        _ races: [ScheduledRace],
        modelID: Int64,
        beforeOff: Double,
        _ connection: PostgresConnection
    ) async throws -> [Backtest.Race] {
        let evaluated = try await EvaluationStore.read(races, modelID: modelID, beforeOff: beforeOff, connection)
        let moments = zip(races, evaluated).filter { !$1.runners.isEmpty }.map {
            (raceID: $0.key.raceID, asOf: $0.off.advanced(bySeconds: -$1.lead))
        }
        let quotes = try await readQuotes(moments, modelID: modelID, connection)
        return evaluated.filter { !$0.runners.isEmpty }.map { race in
            let raceQuotes = quotes[race.raceID] ?? [:]
            return Backtest.Race(
                race: race,
                runners: race.runners.map { runner in
                    let price = raceQuotes[runner.horseID]?.price
                    return Backtest.Race.Runner(
                        evaluated: runner,
                        priceAge: price?.ageSeconds,
                        volume: price?.volume,
                        lay: price?.lay
                    )
                },
                isBlended: raceQuotes.values.allSatisfy(\.isBlended)
            )
        }
    }

    /// Reads the price that each signal's `reasons_json` names, by race and horse.
    private static func readQuotes(
        _ moments: [(raceID: Int64, asOf: Instant)],
        modelID: Int64,
        _ connection: PostgresConnection
    ) async throws -> [Int64: [Int64: Quote]] {
        var quotes: [Int64: [Int64: Quote]] = [:]
        for row in try await connection.query(
            """
            SELECT s.race_id, s.horse_id, coalesce(s.blended, false) AS blended, s.reasons_json::text AS reasons
              FROM unnest($1::bigint[], $2::timestamptz[]) AS q(race_id, as_of)
              JOIN modeling.signals s USING (race_id, as_of)
             WHERE s.model_id = $3
            """,
            [.ints(moments.map(\.raceID)), .instants(moments.map(\.asOf.postgres)), .int(modelID)]
        ) {
            let text = try row.find("reasons", as: String.self) ?? "{}"
            let reasons = try? JSONDecoder().decode(Quote.Reasons.self, from: Data(text.utf8))
            let quote = Quote(price: reasons?.price, isBlended: try row.get("blended"))
            quotes[try row.get("race_id"), default: [:]][try row.get("horse_id")] = quote
        }
        return quotes
    }

    /// Reads the staged prices and results of each race.
    ///
    /// - Returns: the races that have a result; the runners of each are in the order of declaration.
    public static func readStaged(
        _ races: [ScheduledRace],
        _ connection: PostgresConnection
    ) async throws -> [(entry: ScheduledRace, field: [SelectionRule.Runner])] {
        let results = try await ResultReader.read(races, connection).results
        var prices: [Int64: (morning: Double?, preplay: Double?)] = [:]
        let keys = races.map(\.key)
        for row in try await connection.query(
            """
            SELECT u.runner_id, u.win_morningwap, u.win_ppwap
              FROM unnest($1::bigint[], $2::date[]) AS k(race_id, race_date)
              JOIN racing.runners u USING (race_id, race_date)
             WHERE u.race_date BETWEEN $3 AND $4
            """,
            [.ints(keys.map(\.raceID)), .dates(keys.map(\.day.postgres))] + keys.dayBounds
        ) {
            prices[try row.get("runner_id")] = (try row.find("win_morningwap"), try row.find("win_ppwap"))
        }
        return races.compactMap { race in
            guard let runners = results[race.key.raceID] else { return nil }
            let field = runners.sorted { $0.runnerID < $1.runnerID }.map { runner in
                SelectionRule.Runner(
                    horseID: runner.horseID,
                    morning: prices[runner.runnerID]?.morning,
                    preplay: prices[runner.runnerID]?.preplay,
                    closing: ClosingPrice(bsp: runner.bsp, lastTraded: nil, sp: nil)?.odds,
                    outcome: RunnerOutcome(
                        position: runner.finish.position,
                        isWithdrawn: !runner.finish.isStarter
                    )
                )
            }
            return (entry: race, field: field)
        }
    }
}

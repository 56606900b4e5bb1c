import CanonicalForm
import Foundation
import Messages
import Postgres
import Racing
import RacingStore

/// Reads and writes `modeling.settlements`: the result last sent to settlement for each race.
public enum SettlementStore {
    /// Inserts new and changed results, each with the next revision of its race.
    ///
    /// A last traded price that was known stays known when `racing.live_prices` is purged: the closing line of a
    /// settled bet does not vanish.
    ///
    /// - Returns: the messages to emit: those recorded now, and those recorded earlier but never emitted.
    public static func upsert(
        _ results: [(race: ScheduledRace, runners: [OfficialResult])],
        _ connection: PostgresConnection
    ) async throws -> [RaceSettlement] {
        guard !results.isEmpty else { return [] }
        let known = try await readLastTraded(results.map(\.race.key.raceID), connection)
        let sorted = results.sorted { $0.race.key.raceID < $1.race.key.raceID }.map { race, runners in
            (race: race, runners: runners.map { $0.knowing(lastTraded: known[race.key.raceID]?["\($0.runnerID)"]) })
        }
        let rows = try await connection.query(
            """
            WITH n AS (
                SELECT * FROM unnest($1::bigint[], $2::date[], $3::text[], $4::text[])
                           AS n(race_id, race_date, result_hash, last_traded)),
            written AS (
                INSERT INTO modeling.settlements AS s (race_id, race_date, result_hash, revision, last_traded)
                SELECT race_id, race_date, result_hash, 1, last_traded::jsonb FROM n
                ON CONFLICT (race_id) DO UPDATE SET
                       result_hash = excluded.result_hash, last_traded = excluded.last_traded,
                       revision = s.revision + (s.result_hash <> excluded.result_hash)::int,
                       emitted_at = CASE WHEN s.result_hash = excluded.result_hash THEN s.emitted_at END
                 WHERE s.result_hash <> excluded.result_hash OR s.last_traded IS NULL
                RETURNING race_id, revision, emitted_at)
            SELECT race_id, revision FROM written WHERE emitted_at IS NULL
            UNION
            SELECT s.race_id, s.revision FROM modeling.settlements s JOIN n USING (race_id)
             WHERE s.emitted_at IS NULL AND s.race_id NOT IN (SELECT race_id FROM written)
            """,
            [
                .ints(sorted.map(\.race.key.raceID)),
                .dates(sorted.map(\.race.key.day.postgres)),
                .texts(sorted.map { hash($0.race, $0.runners) }),
                .texts(try sorted.map { try lastTraded($0.runners) }),
            ]
        )
        var revisions: [Int64: Int] = [:]
        for row in rows { revisions[try row.get("race_id")] = try row.get("revision", as: Int.self) }
        return sorted.compactMap { race, runners in
            revisions[race.key.raceID].map { message(race, runners, revision: $0) }
        }
    }

    /// The last traded prices that were recorded, by race and runner id.
    private static func readLastTraded(
        _ races: [Int64],
        _ connection: PostgresConnection
    ) async throws -> [Int64: [String: Double]] {
        var prices: [Int64: [String: Double]] = [:]
        for row in try await connection.query(
            """
            SELECT race_id, last_traded::text AS prices FROM modeling.settlements
             WHERE race_id = ANY ($1::bigint[]) AND last_traded IS NOT NULL
            """,
            [.ints(races)]
        ) {
            let json: String = try row.get("prices")
            prices[try row.get("race_id")] = try JSONDecoder().decode([String: Double].self, from: Data(json.utf8))
        }
        return prices
    }

    private static func lastTraded(_ runners: [OfficialResult]) throws -> String {
        var prices: [String: Double] = [:]
        for runner in runners { prices["\(runner.runnerID)"] = runner.lastTraded }
        return try CanonicalJSON.text(prices)
    }

    /// Marks these revisions as emitted.
    public static func markEmitted(_ settlements: [RaceSettlement], _ connection: PostgresConnection) async throws {
        try await connection.query(
            """
            UPDATE modeling.settlements s SET emitted_at = now()
              FROM unnest($1::bigint[], $2::bigint[]) AS q(race_id, revision)
             WHERE s.race_id = q.race_id AND s.revision = q.revision
            """,
            [.ints(settlements.map(\.raceID)), .ints(settlements.map { Int64($0.revision) })]
        )
    }

    /// Reads the races whose settlement has not reached `modeling.results` in this revision or a higher one.
    ///
    /// - Returns: race ids.
    public static func readUnsettled(_ settlements: [RaceSettlement], _ connection: PostgresConnection) async throws
        -> [Int64]
    {
        try await connection.query(
            """
            SELECT q.race_id FROM unnest($1::bigint[], $2::bigint[]) AS q(race_id, revision)
             WHERE NOT EXISTS (SELECT FROM modeling.results r
                                WHERE r.race_id = q.race_id AND r.revision >= q.revision)
            """,
            [.ints(settlements.map(\.raceID)), .ints(settlements.map { Int64($0.revision) })]
        ).map { try $0.get("race_id") }
    }

    private static func message(_ race: ScheduledRace, _ runners: [OfficialResult], revision: Int) -> RaceSettlement {
        var settlement = RaceSettlement()
        settlement.raceID = race.key.raceID
        settlement.raceDay = race.key.day.number
        settlement.off = race.off.microseconds
        settlement.revision = UInt32(clamping: revision)
        settlement.isHandicap = race.isHandicap
        let starters = runners.filter(\.finish.isStarter)
        // If every starter is marked as paid, there was no place market.
        let hasPlaceMarket = starters.contains { $0.placePaid == false } && starters.allSatisfy { $0.placePaid != nil }
        settlement.runners = runners.map { runner in
            var result = RunnerResult()
            result.horseID = runner.horseID
            result.runnerID = runner.runnerID
            result.position = UInt32(clamping: runner.finish.position ?? 0)
            result.withdrawn = !runner.finish.isStarter
            if let bsp = runner.bsp { result.bsp = bsp }
            if let placeBSP = runner.placeBSP { result.placeBsp = placeBSP }
            if let lastTraded = runner.lastTraded { result.lastTraded = lastTraded }
            if let sp = runner.sp { result.sp = sp }
            if hasPlaceMarket, let paid = runner.placePaid { result.placePaid = paid }
            return result
        }
        return settlement
    }

    /// A digest of everything the message depends on, to detect a changed result.
    private static func hash(_ race: ScheduledRace, _ runners: [OfficialResult]) -> String {
        let head = "\(race.off.microseconds) \(race.isHandicap)"
        return HexDigest.sha256(([head] + runners.map(describe)).joined(separator: "\n"), bytes: 16)
    }

    private static func describe(_ result: OfficialResult) -> String {
        func number(_ value: Double?) -> String { value.map { "\($0)" } ?? "-" }
        let finish = result.finish.position.map { "\($0)" } ?? (result.finish.isStarter ? "unplaced" : "withdrawn")
        let fields = [
            "\(result.runnerID)",
            "\(result.horseID)",
            finish,
            number(result.bsp),
            number(result.placeBSP),
            number(result.lastTraded),
            number(result.sp),
        ]
        // A field added later is omitted if unknown, so that earlier hashes stay valid.
        return (fields + (result.placePaid.map { [$0 ? "paid" : "not paid"] } ?? [])).joined(separator: " ")
    }
}

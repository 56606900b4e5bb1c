import Crypto
import Foundation
import Messages
import Postgres
import Racing
import RacingStore

/// modeling.settlements: which result of each race went to settlement last.
public enum SettlementQueue {
    /// Keeps results that are new or changed, each under its next revision.
    ///
    /// - Returns: the messages to emit: what was recorded now, and what was recorded earlier and never emitted.
    public static func record(
        _ results: [(entry: DiaryEntry, runners: [OfficialResult])], _ connection: PostgresConnection
    ) async throws -> [RaceSettlement] {
        let sorted = results.sorted { $0.entry.key.raceID < $1.entry.key.raceID }
        guard !sorted.isEmpty else { return [] }
        let rows = try await connection.query(
            """
            WITH n AS (SELECT * FROM unnest($1::bigint[], $2::date[], $3::text[]) AS n(race_id, race_date, result_hash)),
            written AS (
                INSERT INTO modeling.settlements AS s (race_id, race_date, result_hash, revision)
                SELECT race_id, race_date, result_hash, 1 FROM n
                ON CONFLICT (race_id) DO UPDATE SET result_hash = excluded.result_hash, revision = s.revision + 1, emitted_at = NULL
                 WHERE s.result_hash <> excluded.result_hash
                RETURNING race_id, revision)
            SELECT race_id, revision FROM written
            UNION
            SELECT s.race_id, s.revision FROM modeling.settlements s JOIN n USING (race_id)
             WHERE s.emitted_at IS NULL AND s.race_id NOT IN (SELECT race_id FROM written)
            """,
            [
                .ints(sorted.map(\.entry.key.raceID)), .dates(sorted.map(\.entry.key.day.postgres)),
                .texts(sorted.map { hash($0.entry, $0.runners) }),
            ])
        var revisions: [Int64: Int] = [:]
        for row in rows { revisions[try row.get("race_id")] = try row.get("revision", as: Int.self) }
        return sorted.compactMap { entry, runners in
            revisions[entry.key.raceID].map { message(entry, runners, revision: $0) }
        }
    }

    public static func markEmitted(_ settlements: [RaceSettlement], _ connection: PostgresConnection) async throws {
        try await connection.query(
            """
            UPDATE modeling.settlements s SET emitted_at = now()
              FROM unnest($1::bigint[], $2::bigint[]) AS q(race_id, revision) WHERE s.race_id = q.race_id AND s.revision = q.revision
            """, [.ints(settlements.map(\.raceID)), .ints(settlements.map { Int64($0.revision) })])
    }

    private static func message(_ entry: DiaryEntry, _ runners: [OfficialResult], revision: Int) -> RaceSettlement {
        var settlement = RaceSettlement()
        settlement.raceID = entry.key.raceID
        settlement.raceDay = entry.key.day.number
        settlement.off = entry.off.microseconds
        settlement.revision = UInt32(clamping: revision)
        settlement.isHandicap = entry.isHandicap
        let starters = runners.filter(\.finish.isStarter)
        let hasPlaces = starters.contains { $0.placePaid == false } && starters.allSatisfy { $0.placePaid != nil }
        settlement.runners = runners.map { runner in
            var result = RunnerResult()
            result.horseID = runner.horseID
            result.runnerID = runner.runnerID
            result.position = UInt32(clamping: runner.finish.position ?? 0)
            result.withdrawn = !runner.finish.isStarter
            if let bsp = runner.bsp { result.bsp = bsp }
            if let placeBSP = runner.placeBSP { result.placeBsp = placeBSP }
            if let last = runner.lastTraded { result.lastTraded = last }
            if let sp = runner.sp { result.sp = sp }
            // every starter marked as paid is no place market, but its absence
            if hasPlaces, let paid = runner.placePaid { result.placePaid = paid }
            return result
        }
        return settlement
    }

    /// Of all that the message will say.
    private static func hash(_ entry: DiaryEntry, _ runners: [OfficialResult]) -> String {
        let head = "\(entry.off.microseconds) \(entry.isHandicap)"
        return SHA256.hash(data: Data(([head] + runners.map(describe)).joined(separator: "\n").utf8)).prefix(16).map { String(format: "%02x", $0) }
            .joined()
    }

    /// By name, so that a field that is added later changes no earlier hash where it is not known.
    private static func describe(_ result: OfficialResult) -> String {
        func number(_ value: Double?) -> String { value.map { "\($0)" } ?? "-" }
        let finish = result.finish.position.map { "\($0)" } ?? (result.finish.isStarter ? "unplaced" : "withdrawn")
        let fields = [
            "\(result.runnerID)", "\(result.horseID)", finish, number(result.bsp), number(result.placeBSP), number(result.lastTraded),
            number(result.sp),
        ]
        return (fields + (result.placePaid.map { [$0 ? "paid" : "not paid"] } ?? [])).joined(separator: " ")
    }
}

import Postgres
import Racing

/// The result and the closing prices of one runner.
public struct OfficialResult: Sendable, Equatable {
    public let runnerID: Int64
    public let horseID: Int64
    public let finish: Finish
    public let bsp: Double?
    public let placeBSP: Double?
    /// The last live price at or before the off.
    public let lastTraded: Double?
    public let sp: Double?
    /// Whether the exchange's place market paid it; nil: not known.
    public let placePaid: Bool?
}

/// Reads official results.
public enum ResultReader {
    /// - Returns: by race, only where every runner has a result and the card is no longer provisional; and the races that were left out because a
    ///   position of theirs cannot be read, with why.
    public static func read(
        _ races: [DiaryEntry], _ connection: PostgresConnection
    ) async throws -> (results: [Int64: [OfficialResult]], faults: [String]) {
        let rows = try await connection.query(
            """
            SELECT u.race_id, u.runner_id, u.horse_id, u.pos_raw, u.win_bsp, u.place_bsp, u.place_win_lose, u.dec::float8 AS sp, r.prelim,
                   (SELECT back_price FROM racing.live_prices p
                     WHERE p.race_id = q.race_id AND p.runner_id = u.runner_id AND p.ts <= q.off AND back_price > 1
                     ORDER BY ts DESC, traded_vol DESC NULLS LAST, back_price DESC LIMIT 1) AS last
              FROM unnest($1::bigint[], $2::date[], $3::timestamptz[]) AS q(race_id, race_date, off)
              JOIN racing.races r USING (race_id, race_date)
              JOIN racing.runners u USING (race_id, race_date)
             WHERE u.race_date BETWEEN $4 AND $5 AND r.race_date BETWEEN $4 AND $5
             ORDER BY u.race_id, u.runner_id
            """,
            [.ints(races.map(\.key.raceID)), .dates(races.map(\.key.day.postgres)), .instants(races.map(\.off.postgres))] + races.map(\.key).dayBounds
        )
        var (results, open): ([Int64: [OfficialResult]], Set<Int64>) = ([:], [])
        var faults: [String] = []
        for row in rows {
            let race: Int64 = try row.get("race_id")
            guard try !row.get("prelim", as: Bool.self), let raw = try row.find("pos_raw", as: String.self) else {
                open.insert(race)
                continue
            }
            let finish: Finish
            do throws(RacingError) { finish = try Finish(raw) } catch {
                faults.append("race \(race): \(error)")
                open.insert(race)
                continue
            }
            results[race, default: []].append(
                OfficialResult(
                    runnerID: try row.get("runner_id"), horseID: try row.get("horse_id"), finish: finish, bsp: try row.find("win_bsp"),
                    placeBSP: try row.find("place_bsp"), lastTraded: try row.find("last"), sp: try row.find("sp"),
                    placePaid: try row.find("place_win_lose", as: Int.self).map { $0 > 0 }))
        }
        return (results.filter { !open.contains($0.key) }, faults)
    }
}

import Postgres
import Racing

/// Reads official results.
public enum ResultReader {
    /// Reads the results of these races.
    ///
    /// - Returns: the results by race id, ordered by runner id, of races with a final card and a result for every
    ///   runner. A race with an unknown position is left out and gives a message.
    public static func read(
        _ races: [ScheduledRace],
        _ connection: PostgresConnection
    ) async throws -> (results: [Int64: [OfficialResult]], faults: [String]) {
        let rows = try await connection.query(
            """
            SELECT u.race_id, u.runner_id, u.horse_id, u.pos_raw, u.win_bsp, u.place_bsp, u.place_win_lose,
                   u.dec::float8 AS sp, r.prelim,
                   (SELECT back_price FROM racing.live_prices p
                     WHERE p.race_id = q.race_id AND p.runner_id = u.runner_id AND p.ts <= q.off AND back_price > 1
                     ORDER BY ts DESC, traded_vol DESC NULLS LAST, back_price DESC LIMIT 1) AS last
              FROM unnest($1::bigint[], $2::date[], $3::timestamptz[]) AS q(race_id, race_date, off)
              JOIN racing.races r USING (race_id, race_date)
              JOIN racing.runners u USING (race_id, race_date)
             WHERE u.race_date BETWEEN $4 AND $5 AND r.race_date BETWEEN $4 AND $5
             ORDER BY u.race_id, u.runner_id
            """,
            [
                .ints(races.map(\.key.raceID)),
                .dates(races.map(\.key.day.postgres)),
                .instants(races.map(\.off.postgres)),
            ] + races.map(\.key).dayBounds
        )
        var results: [Int64: [OfficialResult]] = [:]
        var incomplete: Set<Int64> = []
        var faults: [String] = []
        for row in rows {
            let race: Int64 = try row.get("race_id")
            guard try !row.get("prelim", as: Bool.self), let position = try row.find("pos_raw", as: String.self) else {
                incomplete.insert(race)
                continue
            }
            let finish: Finish
            do throws(RacingError) { finish = try Finish(position) } catch {
                faults.append("race \(race): \(error)")
                incomplete.insert(race)
                continue
            }
            results[race, default: []].append(try officialResult(row, finish))
        }
        return (results.filter { !incomplete.contains($0.key) }, faults)
    }

    private static func officialResult(_ row: PostgresRow, _ finish: Finish) throws -> OfficialResult {
        OfficialResult(
            runnerID: try row.get("runner_id"),
            horseID: try row.get("horse_id"),
            finish: finish,
            bsp: try row.find("win_bsp"),
            placeBSP: try row.find("place_bsp"),
            lastTraded: try row.find("last"),
            sp: try row.find("sp"),
            placePaid: try row.find("place_win_lose", as: Int.self).map { $0 > 0 }
        )
    }
}

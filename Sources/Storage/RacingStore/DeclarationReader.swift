import Postgres
import Racing

/// Reads which horses were ever declared for a race, including withdrawn ones.
public enum DeclarationReader {
    /// - Returns: horse ids by race id; races that do not exist are absent.
    public static func read(_ keys: [RaceKey], _ connection: PostgresConnection) async throws -> [Int64: Set<Int64>] {
        var horses: [Int64: Set<Int64>] = [:]
        for row in try await connection.query(
            """
            SELECT u.race_id, u.horse_id
              FROM unnest($1::bigint[], $2::date[]) AS k(race_id, race_date)
              JOIN racing.runners u USING (race_id, race_date)
             WHERE u.race_date BETWEEN $3 AND $4
            """,
            [.ints(keys.map(\.raceID)), .dates(keys.map(\.day.postgres))] + keys.dayBounds
        ) {
            horses[try row.get("race_id"), default: []].insert(try row.get("horse_id"))
        }
        return horses
    }
}

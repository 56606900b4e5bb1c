import Postgres
import Racing

/// Races in which a runner was still in the market at some moment and did not start: the others' prices of then were reduced afterwards.
public enum LateWithdrawals {
    /// SQL: whether runner `u` of racing.runners, which did not start, was priced until ten minutes before a moment or later; without live prices, in
    /// the morning.
    public static func wasPriced(_ asOf: String, _ off: String) -> String {
        """
        coalesce((SELECT max(p.ts) > \(asOf) - interval '10 minutes' FROM racing.live_prices p
                   WHERE p.race_id = u.race_id AND p.runner_id = u.runner_id AND p.ts <= \(off)), u.win_morningwap > 1)
        """
    }

    /// - Parameter moments: of each race when its prices were taken.
    public static func read(_ moments: [(entry: DiaryEntry, asOf: Instant)], _ connection: PostgresConnection) async throws -> Set<Int64> {
        let keys = moments.map(\.entry.key)
        guard !keys.isEmpty else { return [] }
        let rows = try await connection.query(
            """
            SELECT DISTINCT q.race_id FROM unnest($1::bigint[], $2::date[], $5::timestamptz[], $6::timestamptz[]) AS q(race_id, race_date, as_of, off)
              JOIN racing.runners u USING (race_id, race_date)
             WHERE u.race_date BETWEEN $3 AND $4 AND upper(trim(u.pos_raw)) = ANY ($7::text[]) AND \(wasPriced("q.as_of", "q.off"))
            """,
            [.ints(keys.map(\.raceID)), .dates(keys.map(\.day.postgres))] + keys.dayBounds + [
                .instants(moments.map(\.asOf.postgres)), .instants(moments.map(\.entry.off.postgres)), .texts(Finish.withdrawnCodes.sorted()),
            ])
        return Set(try rows.map { try $0.get("race_id", as: Int64.self) })
    }
}

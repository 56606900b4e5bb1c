import Postgres
import Racing

/// Finds races in which a runner was withdrawn after prices were taken, so that the odds of the others were reduced
/// later.
public enum LateWithdrawals {
    /// An SQL condition: whether the last live price of the withdrawn runner `u` of `racing.runners` is later than ten
    /// minutes before `asOf`. If there are no live prices, whether the runner has a morning price.
    ///
    /// - Parameters:
    ///   - asOf: an SQL expression for the time at which prices were taken.
    ///   - off: an SQL expression for the race's off.
    public static func wasPricedSQL(asOf: String, off: String) -> String {
        """
        coalesce((SELECT max(p.ts) > \(asOf) - interval '10 minutes' FROM racing.live_prices p
                   WHERE p.race_id = u.race_id AND p.runner_id = u.runner_id AND p.ts <= \(off)), u.win_morningwap > 1)
        """
    }

    /// - Parameter moments: a race and the time at which its prices were taken.
    /// - Returns: the ids of the races with a late withdrawal.
    public static func read(_ moments: [(race: ScheduledRace, asOf: Instant)], _ connection: PostgresConnection)
        async throws -> Set<Int64>
    {
        let keys = moments.map(\.race.key)
        guard !keys.isEmpty else { return [] }
        let rows = try await connection.query(
            """
            SELECT DISTINCT q.race_id
              FROM unnest($1::bigint[], $2::date[], $5::timestamptz[], $6::timestamptz[])
                AS q(race_id, race_date, as_of, off)
              JOIN racing.runners u USING (race_id, race_date)
             WHERE u.race_date BETWEEN $3 AND $4 AND upper(trim(u.pos_raw)) = ANY ($7::text[])
               AND \(wasPricedSQL(asOf: "q.as_of", off: "q.off"))
            """,
            [.ints(keys.map(\.raceID)), .dates(keys.map(\.day.postgres))] + keys.dayBounds + [
                .instants(moments.map(\.asOf.postgres)),
                .instants(moments.map(\.race.off.postgres)),
                .texts(Finish.withdrawnCodes.sorted()),
            ]
        )
        return Set(try rows.map { try $0.get("race_id", as: Int64.self) })
    }
}

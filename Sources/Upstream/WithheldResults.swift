import Postgres
import Racing
import RacingStore

/// Plays a day again: its results, which a development copy of racing.* holds already, are put away where no worker can read them, and are
/// given back race by race, as upstream would enter them. Withdrawals stay: they are known before the off.
public enum WithheldResults {
    /// What a runner's row holds only at or after the off.
    private static let columns =
        ["pos_raw", "ovr_btn", "btn", "time_raw", "secs", "dec", "prize", "prize_raw", "rpr", "comment"]
        + ["win", "place"].flatMap { side in
            ["bsp", "ppwap", "ppmax", "ppmin", "ipmax", "ipmin", "pre_vol", "ip_vol"].map { "\(side)_\($0)" }
        } + ["win_lose", "place_win_lose"]

    /// Puts the results of a day away; the day's cards are provisional from then on.
    ///
    /// - Parameter superuser: a connection that may become `racing_loader`.
    public static func withhold(_ day: CalendarDay, _ superuser: PostgresConnection) async throws {
        try await superuser.transaction { connection in
            try await connection.script(
                """
                CREATE SCHEMA IF NOT EXISTS upstream AUTHORIZATION racing_loader;
                REVOKE ALL ON SCHEMA upstream FROM PUBLIC;
                SET LOCAL ROLE racing_loader;
                CREATE TABLE IF NOT EXISTS upstream.withheld_runners AS SELECT runner_id, race_date, \(columns.joined(separator: ", ")) FROM racing.runners LIMIT 0;
                CREATE TABLE IF NOT EXISTS upstream.withheld_races AS SELECT race_id, race_date, ran FROM racing.races LIMIT 0;
                """)
            try await connection.query(
                """
                WITH kept AS (
                    INSERT INTO upstream.withheld_runners
                    SELECT runner_id, race_date, \(columns.joined(separator: ", ")) FROM racing.runners
                     WHERE race_date = $1 AND pos_raw IS NOT NULL AND pos_raw <> 'NR' RETURNING runner_id, race_date)
                UPDATE racing.runners u SET \(columns.map { "\($0) = NULL" }.joined(separator: ", "))
                  FROM kept WHERE (u.runner_id, u.race_date) = (kept.runner_id, kept.race_date)
                """, [.date(day.postgres)])
            try await connection.query(
                """
                WITH kept AS (
                    INSERT INTO upstream.withheld_races
                    SELECT race_id, race_date, ran FROM racing.races WHERE race_date = $1 AND NOT prelim RETURNING race_id, race_date)
                UPDATE racing.races r SET ran = NULL, prelim = true FROM kept WHERE (r.race_id, r.race_date) = (kept.race_id, kept.race_date)
                """, [.date(day.postgres)])
        }
    }

    /// Gives the results of these races back. Results that are not withheld are left as they are.
    public static func reveal(_ races: [Int64], _ superuser: PostgresConnection) async throws {
        guard !races.isEmpty else { return }
        try await superuser.transaction { connection in
            try await connection.script("SET LOCAL ROLE racing_loader")
            try await connection.query(
                """
                WITH given AS (
                    DELETE FROM upstream.withheld_runners w USING racing.runners u
                     WHERE (w.runner_id, w.race_date) = (u.runner_id, u.race_date) AND u.race_id = ANY ($1::bigint[]) RETURNING w.*)
                UPDATE racing.runners u SET \(columns.map { "\($0) = given.\($0)" }.joined(separator: ", "))
                  FROM given WHERE (u.runner_id, u.race_date) = (given.runner_id, given.race_date)
                """, [.ints(races)])
            try await connection.query(
                """
                WITH given AS (DELETE FROM upstream.withheld_races WHERE race_id = ANY ($1::bigint[]) RETURNING *)
                UPDATE racing.races r SET ran = given.ran, prelim = false
                  FROM given WHERE (r.race_id, r.race_date) = (given.race_id, given.race_date)
                """, [.ints(races)])
        }
    }
}

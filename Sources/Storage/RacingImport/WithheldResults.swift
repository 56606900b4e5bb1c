import Postgres
import Racing
import RacingStore

/// Replays a day: moves its results out of a development copy of `racing.*` to tables that workers cannot read, and
/// restores them race by race. Withdrawals stay visible, because they are known before the off.
public enum WithheldResults {
    /// The columns of a runner that are known only at or after the off.
    private static let columns =
        ["pos_raw", "ovr_btn", "btn", "time_raw", "secs", "dec", "prize", "prize_raw", "rpr", "comment"]
        + ["win", "place"].flatMap { market in
            ["bsp", "ppwap", "ppmax", "ppmin", "ipmax", "ipmin", "pre_vol", "ip_vol"].map { "\(market)_\($0)" }
        } + ["win_lose", "place_win_lose"]

    private static let columnList = columns.joined(separator: ", ")

    /// Withholds the results of a day, and marks its cards as provisional.
    ///
    /// - Parameter superuser: a connection that may `SET ROLE racing_loader`.
    public static func withhold(_ day: CalendarDay, _ superuser: PostgresConnection) async throws {
        try await superuser.transaction { connection in
            try await connection.script(
                """
                CREATE SCHEMA IF NOT EXISTS upstream AUTHORIZATION racing_loader;
                REVOKE ALL ON SCHEMA upstream FROM PUBLIC;
                SET LOCAL ROLE racing_loader;
                CREATE TABLE IF NOT EXISTS upstream.withheld_runners AS
                SELECT runner_id, race_date, \(columnList) FROM racing.runners LIMIT 0;
                CREATE TABLE IF NOT EXISTS upstream.withheld_races AS
                SELECT race_id, race_date, ran FROM racing.races LIMIT 0;
                """
            )
            try await connection.query(
                """
                WITH kept AS (
                    INSERT INTO upstream.withheld_runners
                    SELECT runner_id, race_date, \(columnList) FROM racing.runners
                     WHERE race_date = $1 AND pos_raw IS NOT NULL AND pos_raw <> 'NR' RETURNING runner_id, race_date)
                UPDATE racing.runners u SET \(columns.map { "\($0) = NULL" }.joined(separator: ", "))
                  FROM kept WHERE (u.runner_id, u.race_date) = (kept.runner_id, kept.race_date)
                """,
                [.date(day.postgres)]
            )
            try await connection.query(
                """
                WITH kept AS (
                    INSERT INTO upstream.withheld_races
                    SELECT race_id, race_date, ran FROM racing.races
                     WHERE race_date = $1 AND NOT prelim RETURNING race_id, race_date)
                UPDATE racing.races r SET ran = NULL, prelim = true
                  FROM kept WHERE (r.race_id, r.race_date) = (kept.race_id, kept.race_date)
                """,
                [.date(day.postgres)]
            )
        }
    }

    /// Restores the results of these races. Results that are not withheld stay as they are.
    ///
    /// - Parameter superuser: a connection that may `SET ROLE racing_loader`.
    public static func reveal(_ races: [Int64], _ superuser: PostgresConnection) async throws {
        guard !races.isEmpty else { return }
        try await superuser.transaction { connection in
            try await connection.script("SET LOCAL ROLE racing_loader")
            try await connection.query(
                """
                WITH restored AS (
                    DELETE FROM upstream.withheld_runners w USING racing.runners u
                     WHERE (w.runner_id, w.race_date) = (u.runner_id, u.race_date) AND u.race_id = ANY ($1::bigint[])
                    RETURNING w.*)
                UPDATE racing.runners u SET \(columns.map { "\($0) = restored.\($0)" }.joined(separator: ", "))
                  FROM restored WHERE (u.runner_id, u.race_date) = (restored.runner_id, restored.race_date)
                """,
                [.ints(races)]
            )
            try await connection.query(
                """
                WITH restored AS (DELETE FROM upstream.withheld_races WHERE race_id = ANY ($1::bigint[]) RETURNING *)
                UPDATE racing.races r SET ran = restored.ran, prelim = false
                  FROM restored WHERE (r.race_id, r.race_date) = (restored.race_id, restored.race_date)
                """,
                [.ints(races)]
            )
        }
    }
}

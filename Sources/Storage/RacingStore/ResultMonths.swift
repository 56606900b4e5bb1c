import Postgres
import Racing

/// Reads which months have results.
public enum ResultMonths {
    /// Reads the first day with a result.
    ///
    /// - Returns: `nil` if there is none.
    public static func first(_ connection: PostgresConnection) async throws -> CalendarDay? {
        try await connection.query("SELECT min(race_date) AS day FROM racing.races WHERE NOT prelim").first?
            .find("day", as: PostgresDate.self).map { CalendarDay($0) }
    }

    /// Reads the months that have a winner on or before a day.
    ///
    /// - Returns: months such as 2024-07, in order.
    public static func read(through last: CalendarDay, _ connection: PostgresConnection) async throws -> [String] {
        try await connection.query(
            """
            SELECT to_char(m, 'YYYY-MM') AS month
              FROM (SELECT DISTINCT date_trunc('month', race_date) AS m FROM racing.races
                     WHERE NOT prelim AND race_date <= $1) d
             WHERE EXISTS (SELECT FROM racing.runners u
                            WHERE u.race_date >= m AND u.race_date < m + interval '1 month' AND u.race_date <= $1
                              AND u.pos_num = 1)
             ORDER BY 1
            """,
            [.date(last.postgres)]
        ).map { try $0.get("month") }
    }
}

import Postgres
import Racing

/// Recent days with races that have no result yet.
public struct MissingResults: Sendable, Equatable {
    /// The number of races with a declared runner that has no result, and of all races, by day.
    public let byDay: [CalendarDay: (open: Int, all: Int)]

    public init(_ byDay: [CalendarDay: (open: Int, all: Int)] = [:]) { self.byDay = byDay }

    public static func == (a: Self, b: Self) -> Bool {
        a.byDay.keys == b.byDay.keys && a.byDay.allSatisfy { day, count in b.byDay[day].map { $0 == count } ?? false }
    }

    /// How many days back to look. Older races without a result were abandoned and will not get one.
    public static let days = 3

    /// Reads the days before a limit that have races without a result.
    ///
    /// - Parameter limit: the day after the last day to read.
    public static func read(before limit: CalendarDay, _ connection: PostgresConnection) async throws -> MissingResults
    {
        let rows = try await connection.query(
            """
            SELECT race_date, count(*) FILTER (WHERE is_open) AS open, count(*) AS every
              FROM (SELECT race_date, race_id, bool_or(pos_raw IS NULL) AS is_open FROM racing.runners
                     WHERE race_date >= $1 AND race_date < $2 GROUP BY 1, 2) r
             GROUP BY 1 HAVING bool_or(is_open)
            """,
            [.date(limit.advanced(by: -days).postgres), .date(limit.postgres)]
        )
        var byDay: [CalendarDay: (open: Int, all: Int)] = [:]
        for row in rows {
            byDay[CalendarDay(try row.get("race_date", as: PostgresDate.self))] = (
                try row.get("open"), try row.get("every")
            )
        }
        return MissingResults(byDay)
    }

    /// Describes the missing results for a race whose features read the days before `horizon`.
    public func warnings(before horizon: CalendarDay) -> [String] {
        let recent = byDay.filter { $0.key < horizon && $0.key >= horizon.advanced(by: -Self.days) }
        return recent.sorted { $0.key < $1.key }.map { day, count in
            "\(count.open) of \(count.all) races of \(day) have no result yet: the form is without them"
        }
    }
}

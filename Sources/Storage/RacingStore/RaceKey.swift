import Postgres
import Racing

/// The primary key of a race in the partitioned tables of `racing.*`.
public struct RaceKey: Sendable, Hashable {
    public let raceID: Int64
    public let day: CalendarDay

    public init(raceID: Int64, day: CalendarDay) {
        self.raceID = raceID
        self.day = day
    }
}

extension [RaceKey] {
    /// The first and the last day, as query parameters.
    ///
    /// A query that also restricts `race_date` to this range lets the planner prune partitions: planning a join over
    /// ten years of monthly partitions takes twenty times as long as running it.
    package var dayBounds: [PostgresParameter] {
        let days = map(\.day)
        return [.date((days.min() ?? CalendarDay(0)).postgres), .date((days.max() ?? CalendarDay(0)).postgres)]
    }

    /// A condition that all these races meet by their day, `column`, and few others. It only prunes partitions: a query
    /// must select the races as well.
    ///
    /// If all races are of one day, as those of live requests are, the condition names it, and a prepared statement
    /// soon keeps its plan. With parameters it would be planned at each execution, to prune partitions: for a card
    /// that takes five times as long as running it. For races of neighbouring days, as those of a backfill are, it
    /// names the months: few statements serve all batches.
    ///
    /// - Parameter next: the number of the first parameter that is free.
    package func dayCondition(_ column: String, next: Int) -> (sql: String, parameters: [PostgresParameter]) {
        let days = map(\.day)
        guard let first = days.min(), let last = days.max(), (1900...2199).contains(first.components.year),
            last.components.year <= 2199
        else { return ("\(column) BETWEEN $\(next) AND $\(next + 1)", dayBounds) }
        if first == last { return ("\(column) = DATE '\(first)'", []) }
        if last.monthNumber - first.monthNumber <= 1 {
            return ("\(column) >= DATE '\(first.startOfMonth)' AND \(column) < DATE '\(last.startOfNextMonth)'", [])
        }
        return ("\(column) BETWEEN $\(next) AND $\(next + 1)", dayBounds)
    }
}

extension CalendarDay {
    /// Months since the year 0.
    fileprivate var monthNumber: Int { components.year * 12 + components.month - 1 }

    fileprivate var startOfMonth: CalendarDay { advanced(by: 1 - components.day) }

    fileprivate var startOfNextMonth: CalendarDay { startOfMonth.advanced(by: 31).startOfMonth }
}

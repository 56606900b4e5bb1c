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
}

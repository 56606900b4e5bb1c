import Postgres
import Racing

extension CalendarDay {
    public init(_ date: PostgresDate) { self.init(date.daysSince1970) }
    public var postgres: PostgresDate { PostgresDate(daysSince1970: number) }
}

extension Instant {
    public init(_ instant: PostgresInstant) { self.init(microseconds: instant.microseconds) }
    public var postgres: PostgresInstant { PostgresInstant(microseconds: microseconds) }
}

/// One race of upstream's partitioned tables.
public struct RaceKey: Sendable, Hashable {
    public let raceID: Int64
    public let day: CalendarDay

    public init(raceID: Int64, day: CalendarDay) {
        self.raceID = raceID
        self.day = day
    }
}

extension [RaceKey] {
    /// The first and the last day as parameters. A query that also names them leaves the planner only the partitions of those days: planning a join
    /// with ten years of monthly partitions takes twenty times as long as running it.
    package var dayBounds: [PostgresParameter] {
        let days = map(\.day)
        return [.date((days.min() ?? CalendarDay(0)).postgres), .date((days.max() ?? CalendarDay(0)).postgres)]
    }
}

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

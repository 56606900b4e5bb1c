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

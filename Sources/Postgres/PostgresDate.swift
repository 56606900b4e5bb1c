/// A calendar day as PostgreSQL's `date` holds it, without a time zone.
public struct PostgresDate: Sendable, Hashable, Comparable {
    /// Days since 2000-01-01, PostgreSQL's own epoch.
    public var daysSince2000: Int32

    public init(daysSince2000: Int32) {
        self.daysSince2000 = daysSince2000
    }

    public init(daysSince1970: Int32) {
        self.daysSince2000 = daysSince1970 - 10_957
    }

    public var daysSince1970: Int32 { daysSince2000 + 10_957 }

    public static func < (lhs: PostgresDate, rhs: PostgresDate) -> Bool { lhs.daysSince2000 < rhs.daysSince2000 }
}

/// A `timestamptz`: an instant, to the microsecond.
public struct PostgresInstant: Sendable, Hashable, Comparable {
    /// Microseconds since 1970-01-01T00:00:00Z.
    public var microseconds: Int64

    public init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    static let epoch2000: Int64 = 946_684_800_000_000

    public static func < (lhs: PostgresInstant, rhs: PostgresInstant) -> Bool { lhs.microseconds < rhs.microseconds }
}

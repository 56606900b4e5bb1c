/// A calendar day as PostgreSQL's `date` holds it, without a time zone.
public struct PostgresDate: Sendable, Hashable, Comparable {
    /// Days since 2000-01-01, PostgreSQL's own epoch.
    public var daysSince2000: Int32

    public init(daysSince2000: Int32) {
        self.daysSince2000 = daysSince2000
    }

    /// Days beyond what `date` can hold become its last or first.
    public init(daysSince1970: Int32) {
        let (value, overflow) = daysSince1970.subtractingReportingOverflow(10_957)
        self.daysSince2000 = overflow ? .min : value
    }

    /// `infinity` is the last day that there is.
    public var daysSince1970: Int32 {
        let (value, overflow) = daysSince2000.addingReportingOverflow(10_957)
        return overflow ? .max : value
    }

    public static func < (lhs: PostgresDate, rhs: PostgresDate) -> Bool { lhs.daysSince2000 < rhs.daysSince2000 }
}

/// A `timestamptz`: an instant, to the microsecond.
public struct PostgresInstant: Sendable, Hashable, Comparable {
    /// Microseconds since 1970-01-01T00:00:00Z.
    public var microseconds: Int64

    public init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    private static let epoch2000: Int64 = 946_684_800_000_000

    /// From the server's count since 2000, of which `infinity` is the last.
    init(since2000: Int64) {
        let (value, overflow) = since2000.addingReportingOverflow(Self.epoch2000)
        microseconds = overflow ? .max : value
    }

    var since2000: Int64 {
        let (value, overflow) = microseconds.subtractingReportingOverflow(Self.epoch2000)
        return overflow ? .min : microseconds == .max ? .max : value
    }

    public static func < (lhs: PostgresInstant, rhs: PostgresInstant) -> Bool { lhs.microseconds < rhs.microseconds }
}

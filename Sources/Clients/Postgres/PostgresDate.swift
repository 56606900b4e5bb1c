/// A calendar day as PostgreSQL's `date` stores it, without a time zone.
public struct PostgresDate: Sendable, Hashable, Comparable {
    /// Days since 2000-01-01, PostgreSQL's epoch.
    public var daysSince2000: Int32

    public init(daysSince2000: Int32) {
        self.daysSince2000 = daysSince2000
    }

    /// - Parameter daysSince1970: days since 1970-01-01; clamped to the range of `date`.
    public init(daysSince1970: Int32) {
        let (value, overflow) = daysSince1970.subtractingReportingOverflow(10_957)
        self.daysSince2000 = overflow ? .min : value
    }

    /// Days since 1970-01-01. `infinity` is `Int32.max`.
    public var daysSince1970: Int32 {
        let (value, overflow) = daysSince2000.addingReportingOverflow(10_957)
        return overflow ? .max : value
    }

    public static func < (lhs: PostgresDate, rhs: PostgresDate) -> Bool { lhs.daysSince2000 < rhs.daysSince2000 }
}

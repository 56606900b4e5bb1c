/// A point in time as PostgreSQL's `timestamptz` stores it, in microseconds.
public struct PostgresInstant: Sendable, Hashable, Comparable {
    /// Microseconds since 1970-01-01T00:00:00Z. `Int64.max` stands for `infinity`.
    public var microseconds: Int64

    public init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// Microseconds from 1970-01-01 to 2000-01-01, PostgreSQL's epoch.
    private static let epoch2000: Int64 = 946_684_800_000_000

    /// - Parameter since2000: microseconds since 2000-01-01T00:00:00Z. `Int64.max` is `infinity` and stays
    ///   `Int64.max`.
    init(since2000: Int64) {
        let (value, overflow) = since2000.addingReportingOverflow(Self.epoch2000)
        microseconds = overflow ? .max : value
    }

    /// Microseconds since 2000-01-01T00:00:00Z, clamped to the range of `timestamptz`.
    var since2000: Int64 {
        let (value, overflow) = microseconds.subtractingReportingOverflow(Self.epoch2000)
        return overflow ? .min : microseconds == .max ? .max : value
    }

    public static func < (lhs: PostgresInstant, rhs: PostgresInstant) -> Bool { lhs.microseconds < rhs.microseconds }
}

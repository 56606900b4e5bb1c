/// The times that a message may name. What is outside is no race's time, and arithmetic on it could overflow.
public enum SaneTime {
    /// 1900-01-01 to 2200-01-01, microseconds since 1970.
    public static let range: ClosedRange<Int64> = -2_208_988_800_000_000...7_258_118_400_000_000
    /// The same in days since 1970.
    public static let days: ClosedRange<Int32> = -25_567...84_006

    public static func contains(_ microseconds: Int64) -> Bool { range.contains(microseconds) }
}

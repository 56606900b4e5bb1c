/// The times that a message may carry. Arithmetic on values outside these bounds could overflow.
public enum TimestampBounds {
    /// 1900-01-01 to 2200-01-01, in microseconds since 1970.
    public static let range: ClosedRange<Int64> = -2_208_988_800_000_000...7_258_118_400_000_000
    /// The same bounds in days since 1970.
    public static let days: ClosedRange<Int32> = -25_567...84_006

    public static func contains(_ microseconds: Int64) -> Bool { range.contains(microseconds) }
}

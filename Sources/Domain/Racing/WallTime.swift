import Foundation

/// A local time of day at a course.
public struct WallTime: Sendable, Hashable, Codable, CustomStringConvertible {
    /// Seconds since midnight.
    public let seconds: Int

    /// Creates a time of day.
    ///
    /// - Returns: `nil` if a part is out of range.
    public init?(hour: Int, minute: Int, second: Int = 0) {
        guard (0..<24).contains(hour), (0..<60).contains(minute), (0..<60).contains(second) else { return nil }
        seconds = hour * 3600 + minute * 60 + second
    }

    /// Creates a time of day.
    ///
    /// - Returns: `nil` if `seconds` is negative, or a day or more.
    public init?(seconds: Int) {
        guard (0..<86_400).contains(seconds) else { return nil }
        self.seconds = seconds
    }

    public static let midnight = WallTime(wrapping: 0)

    /// The time so many hours later, on a clock that starts again at midnight.
    public func advanced(byHours hours: Int) -> WallTime { WallTime(wrapping: Int64(seconds + hours * 3600)) }

    fileprivate init(wrapping seconds: Int64) {
        self.seconds = Int((seconds % 86_400 + 86_400) % 86_400)
    }

    /// Returns the instant at which a clock in `zone` shows this time on `day`.
    ///
    /// A time that the spring change skips maps to the instant one hour later. A time that the autumn change repeats
    /// maps to its first occurrence.
    public func instant(on day: CalendarDay, in zone: TimeZone) -> Instant {
        let local = Int64(day.number) * 86_400 + Int64(seconds)
        func offset(at second: Int64) -> Int64 {
            Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(second))))
        }
        // The offsets differ only if the clock changes within a day of this time.
        let before = offset(at: local - 86_400)
        let after = offset(at: local + 86_400)
        let isSkipped = offset(at: local - before) != before && offset(at: local - after) != after
        let second = isSkipped || offset(at: local - before) == before ? local - before : local - after
        return Instant(microseconds: second * 1_000_000)
    }

    /// The time as `HH:MM`.
    public var description: String {
        let hour = seconds / 3600
        let minute = seconds / 60 % 60
        return "\(hour < 10 ? "0" : "")\(hour):\(minute < 10 ? "0" : "")\(minute)"
    }
}

extension Instant {
    /// Returns the calendar day of this instant in a time zone.
    public func day(in zone: TimeZone) -> CalendarDay {
        let local = microseconds + Int64(zone.secondsFromGMT(for: date)) * 1_000_000
        return CalendarDay(Int32((Double(local) / 86_400e6).rounded(.down)))
    }

    /// Returns the local time of day of this instant in a time zone.
    public func wallTime(in zone: TimeZone) -> WallTime {
        WallTime(wrapping: microseconds / 1_000_000 + Int64(zone.secondsFromGMT(for: date)))
    }
}

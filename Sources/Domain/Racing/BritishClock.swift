import Foundation

/// Off times of scraped cards: a 12-hour London clock without AM or PM, even for races abroad.
public enum BritishClock {
    private static let firstOff = 9 * 3600
    private static let lastOff = 23 * 3600
    private static let middleOfAfternoon = 15 * 3600 + 30 * 60

    /// Converts a published off time to wall time at the course.
    ///
    /// A 12-hour clock allows two readings, and the London day may differ from the race day at the course. Among the
    /// readings that fall on `day` at the course, the one nearest to 15:30 is taken.
    ///
    /// - Parameters:
    ///   - text: Hours and minutes, such as 5:45. Hours above 12 are read on a 24-hour clock.
    ///   - day: The race day at the course.
    ///   - zone: The time zone of the course.
    /// - Returns: `nil` if the text is not a time, or if no reading is between 09:00 and 23:00 at the course.
    public static func off(_ text: String, on day: CalendarDay, at zone: TimeZone) -> WallTime? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let hour = parts[0], let minute = parts[1], (0...23).contains(hour),
            (0..<60).contains(minute),
            let london = TimeZone(identifier: "Europe/London")
        else { return nil }
        let hours = hour > 12 ? [hour] : [hour % 12, hour % 12 + 12]
        var best: (wall: WallTime, distance: Int)?
        for shift in -1...1 {
            for hour in hours {
                guard let clock = WallTime(hour: hour, minute: minute) else { continue }
                let instant = clock.instant(on: day.advanced(by: shift), in: london)
                guard instant.day(in: zone) == day else { continue }
                let wall = instant.wallTime(in: zone)
                let distance = abs(wall.seconds - middleOfAfternoon)
                guard (firstOff...lastOff).contains(wall.seconds), distance < best?.distance ?? .max else { continue }
                best = (wall, distance)
            }
        }
        return best?.wall
    }
}

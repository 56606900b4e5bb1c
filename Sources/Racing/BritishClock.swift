import Foundation

/// Off times of scraped cards: a 12-hour clock in London, wherever the race is run and without saying which half of the day.
public enum BritishClock {
    /// The off at the course: of the two instants that the clock can mean, on either side of the race's day too, the one whose wall time at the
    /// course is on that day and nearest to the middle of a racing afternoon.
    ///
    /// - Parameter text: as 5:45.
    /// - Returns: nil where it is no time, or no reading of it is between 09:00 and 23:00 at the course.
    public static func off(_ text: String, on day: CalendarDay, at zone: TimeZone) -> WallTime? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let hour = parts[0], let minute = parts[1], (0...23).contains(hour), (0..<60).contains(minute),
            let london = TimeZone(identifier: "Europe/London")
        else { return nil }
        // a time after noon in full is meant as it says
        let hours = hour > 12 ? [hour] : [hour % 12, hour % 12 + 12]
        var best: (wall: WallTime, distance: Int)?
        for shift in -1...1 {
            for hour in hours {
                guard let clock = WallTime(hour: hour, minute: minute) else { continue }
                let instant = clock.instant(on: day.advanced(by: shift), in: london)
                guard instant.day(in: zone) == day else { continue }
                let wall = instant.wallTime(in: zone)
                let distance = abs(wall.seconds - 15 * 3600 - 30 * 60)
                guard (9 * 3600...23 * 3600).contains(wall.seconds), distance < best?.distance ?? .max else { continue }
                best = (wall, distance)
            }
        }
        return best?.wall
    }
}

import Foundation
import Racing

/// When each race is due: at the daily run, then every 10 minutes, and every minute in the last 15 before the off.
public enum Schedule {
    /// The zone of the daily run, which stays at 08:00 local time through both clock changes.
    public static let zone = TimeZone(identifier: "Europe/Madrid") ?? .gmt

    /// Microseconds.
    private static let minute: Int64 = 60_000_000
    private static let interval: Int64 = 10
    private static let finalMinutes: Int64 = 15

    /// The daily run that covers a race: the last one at or before the off, at most 24 hours earlier.
    public static func dailyRun(before off: Instant) -> Instant {
        let day = off.day(in: zone)
        guard let eight = WallTime(hour: 8, minute: 0) else { return off }
        let today = eight.instant(on: day, in: zone)
        return today <= off ? today : eight.instant(on: day.advanced(by: -1), in: zone)
    }

    /// The ticks of a race in the window after `last`, up to and including `now`. None is after the off.
    public static func ticks(off: Instant, after last: Instant, through now: Instant) -> [Instant] {
        let daily = dailyRun(before: off)
        let end = min(now, off)
        guard daily <= end, last < end else { return [] }
        var ticks: [Instant] = daily > last ? [daily] : []
        let everyMinuteFrom = off.microseconds - finalMinutes * minute
        // The first whole minute after the window's start and after the daily run.
        var next = (max(last.microseconds, daily.microseconds) / minute + 1) * minute
        while next <= end.microseconds {
            if next % (interval * minute) == 0 || next >= everyMinuteFrom {
                ticks.append(Instant(microseconds: next))
            }
            next += minute
        }
        return ticks
    }
}

import Foundation
import Racing

/// When each race is looked at: at the daily run, then every 10 minutes, and every minute in the last 15 before the off.
public enum Schedule {
    /// 08:00 there, through both clock changes.
    public static let zone = TimeZone(identifier: "Europe/Madrid") ?? .gmt

    /// The daily run that covers a race: the last one at or before the off, which is then within 24 hours.
    public static func dailyRun(before off: Instant) -> Instant {
        let day = off.day(in: zone)
        guard let eight = WallTime(hour: 8, minute: 0) else { return off }
        let today = eight.instant(on: day, in: zone)
        return today <= off ? today : eight.instant(on: day.advanced(by: -1), in: zone)
    }

    /// The moments after `last`, up to and including `now`, at which a race with this off is due. Never after the off.
    public static func ticks(off: Instant, after last: Instant, through now: Instant) -> [Instant] {
        let daily = dailyRun(before: off)
        let end = min(now, off)
        guard daily <= end, last < end else { return [] }
        var ticks: [Instant] = daily > last ? [daily] : []
        let minute: Int64 = 60_000_000
        let late = off.microseconds - 15 * minute
        // whole minutes after the later of the two starts
        var next = (max(last.microseconds, daily.microseconds) / minute + 1) * minute
        while next <= end.microseconds {
            if next % (10 * minute) == 0 || next >= late { ticks.append(Instant(microseconds: next)) }
            next += minute
        }
        return ticks
    }
}

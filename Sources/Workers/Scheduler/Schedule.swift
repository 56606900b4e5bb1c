import Foundation
import Racing

/// When each race is due, and how results are followed.
///
/// By default: at the daily run, then every 10 minutes, and every minute in the last 15 before the off.
public struct Schedule: Sendable, Equatable {
    /// The zone of the daily run, which stays at the same local time through both clock changes.
    public var zone = TimeZone(identifier: "Europe/Madrid") ?? .gmt
    /// Local time of the daily run.
    public var daily = WallTime.midnight.advanced(byHours: 8)
    /// Minutes between two refreshes.
    public var refresh: Int64 = 10
    /// The minutes before the off in which a race is refreshed every `finalRefresh` minutes.
    public var final: Int64 = 15
    public var finalRefresh: Int64 = 1
    /// Seconds after which a request that is due is not sent any more.
    public var lateAfter = 120.0
    /// Seconds between two checks for results.
    public var resultsEvery = 60.0
    /// For how many days corrections of results are followed.
    public var resultsDays = 14
    /// Hours after the off after which a missing result raises an alert.
    public var resultsOverdue = 6.0
    /// What is done beside the ticks.
    public var jobs = JobSchedule()

    public init() {}

    /// Microseconds.
    private static let minute: Int64 = 60_000_000

    /// The daily run that covers a race: the last one at or before the off, at most 24 hours earlier.
    public func dailyRun(before off: Instant) -> Instant {
        let day = off.day(in: zone)
        let today = daily.instant(on: day, in: zone)
        return today <= off ? today : daily.instant(on: day.advanced(by: -1), in: zone)
    }

    /// The ticks of a race in the window after `last`, up to and including `now`. None is after the off.
    public func ticks(off: Instant, after last: Instant, through now: Instant) -> [Instant] {
        let daily = dailyRun(before: off)
        let end = min(now, off)
        guard daily <= end, last < end else { return [] }
        var ticks: [Instant] = daily > last ? [daily] : []
        let finalFrom = off.microseconds - final * Self.minute
        // The first whole minute after the window's start and after the daily run.
        var next = (max(last.microseconds, daily.microseconds) / Self.minute + 1) * Self.minute
        while next <= end.microseconds {
            let number = next / Self.minute
            if number % refresh == 0 || (next >= finalFrom && number % finalRefresh == 0) {
                ticks.append(Instant(microseconds: next))
            }
            next += Self.minute
        }
        return ticks
    }

    /// The tick that makes up for ticks that were missed: the current minute.
    public static func makeUpTick(_ now: Instant) -> Instant {
        Instant(microseconds: now.microseconds / minute * minute)
    }
}

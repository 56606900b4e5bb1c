import Foundation
import Racing

/// When refits and deletions of old rows are due.
public struct JobSchedule: Sendable, Equatable {
    /// The months on whose first day production models are refitted; empty for none.
    public var refitMonths: Set<Int> = [1, 4, 7, 10]
    /// The local time of refits.
    public var refitAt = WallTime.midnight.advanced(byHours: 5)
    /// Whether a refit that passes its gate replaces its parent.
    public var promotesRefits = false
    /// The local time at which old rows are deleted each day; `nil` for never.
    public var pruneAt: WallTime? = WallTime.midnight.advanced(byHours: 4)
    /// The days for which rows are kept.
    public var pruneOlderThan = 90
    /// The local time at which drift is measured each day; `nil` for never.
    public var driftAt: WallTime? = WallTime.midnight.advanced(byHours: 6)
    /// The days before, whose live races are compared with the training data.
    public var driftDays = 7

    public init() {}

    /// Nothing is ever due.
    public static var never: JobSchedule {
        var jobs = JobSchedule()
        jobs.refitMonths = []
        jobs.pruneAt = nil
        jobs.driftAt = nil
        return jobs
    }

    /// How long a job is caught up on after it was due, in seconds.
    private static let catchUp = 86_400.0

    /// The time at which refits are due or were due within the last day.
    public func refit(at now: Instant, in zone: TimeZone) -> Instant? {
        latest(refitAt, now, zone) { day in
            let (_, month, number) = day.components
            return number == 1 && refitMonths.contains(month)
        }
    }

    /// The time at which the deletion of old rows is due or was due within the last day.
    public func prune(at now: Instant, in zone: TimeZone) -> Instant? {
        pruneAt.flatMap { latest($0, now, zone) { _ in true } }
    }

    /// The time at which drift is due or was due within the last day.
    public func drift(at now: Instant, in zone: TimeZone) -> Instant? {
        driftAt.flatMap { latest($0, now, zone) { _ in true } }
    }

    private func latest(
        _ time: WallTime,
        _ now: Instant,
        _ zone: TimeZone,
        _ isDue: (CalendarDay) -> Bool
    ) -> Instant? {
        let today = now.day(in: zone)
        return [today, today.advanced(by: -1)].filter(isDue).map { time.instant(on: $0, in: zone) }
            .first { $0 <= now && now.seconds(since: $0) < Self.catchUp }
    }
}

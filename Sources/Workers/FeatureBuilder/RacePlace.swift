import Foundation
import Racing

/// Where a race and a request for it are in time.
struct RacePlace {
    let zone: TimeZone
    let off: Instant
    /// 11:00 on the race's day at its course: from then on the morning price is known.
    let morning: Instant
    /// The first day whose results must not be seen: the earlier of the race's day and that of the request at the course.
    let horizon: CalendarDay

    /// - Throws: `RacingError` for a race without an off time, or with a course of no known zone.
    init(_ card: RaceCard, asOf: Instant) throws(RacingError) {
        zone = try card.zone()
        off = try card.offInstant()
        guard let eleven = WallTime(hour: 11, minute: 0) else { throw RacingError("11:00 is no wall time") }
        morning = eleven.instant(on: card.day, in: zone)
        horizon = min(card.day, asOf.day(in: zone))
    }
}

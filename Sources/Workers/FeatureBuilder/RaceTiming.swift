import Foundation
import Racing

/// The times relevant to a race request.
public struct RaceTiming: Sendable {
    /// The course's time zone.
    let zone: TimeZone
    let off: Instant
    /// 11:00 on the race's day at the course. The morning price is known from then on.
    let morning: Instant
    /// The first day whose results must not be seen: the earlier of the race's day and the request's day at the course.
    let horizon: CalendarDay

    /// - Throws: `RacingError` if the race has no off time, or its course has no known zone.
    public init(_ card: RaceCard, asOf: Instant) throws(RacingError) {
        zone = try card.zone()
        off = try card.offInstant()
        morning = MarketPrice.morningKnownFrom.instant(on: card.day, in: zone)
        horizon = min(card.day, asOf.day(in: zone))
    }
}

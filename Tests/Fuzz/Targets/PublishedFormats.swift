import Datasets
import Foundation
import Racing

@testable import RacingImport

/// Any text in every published format.
@Sendable func fuzzPublishedFormats(_ input: [UInt8]) {
    let text = String(decoding: input, as: UTF8.self)
    if let odds = FractionalOdds.decimal(text) { require(odds > 1 && odds.isFinite, "odds of \(odds)") }
    if let pounds = StonesPounds.pounds(text) { require(pounds > 0, "\(pounds) lb") }
    if let furlongs = PublishedDistance.furlongs(text) {
        require(furlongs > 0 && furlongs.isFinite, "\(furlongs) furlongs")
        keep(Distance.band(furlongs: furlongs))
        keep(Distance.poundsPerLength(furlongs: furlongs))
    }
    if let lengths = PublishedLengths.lengths(text) { require(lengths >= 0 && lengths.isFinite, "\(lengths) lengths") }
    if let seconds = PublishedTime.seconds(text) { require(seconds >= 0 && seconds.isFinite, "\(seconds) s") }
    if let finish = try? Finish(text), let position = finish.position { require(position > 0, "position \(position)") }
    keep(Going(declared: text))
    keep(Surface(declared: text))
    keep(RaceClass.bonus(pattern: text, raceClass: text))
    keep(Headgear.Worn(text))
    keep(RPScrapeImport.splitCourse(text))
    keep(BetfairSPImport.type(of: text))
    if let month = DatasetMonth(text) { require(month.description == text, "\"\(text)\" is read as \(month)") }
    fuzzTimes(text)
}

/// Days, times and instants, and the conversions between them.
private func fuzzTimes(_ text: String) {
    if let day = CalendarDay(text) {
        require(day.description == text, "\"\(text)\" is read as \(day)")
        keep(day.weekday)
        keep(HongKongMeeting.off(course: "HV", day: day, race: 1))
        for course in ["HV", "ST"] { keep(HongKongMeeting.off(course: course, day: day, race: 11)) }
    }
    if let instant = Instant(text) {
        require(Instant(instant.description) != nil, "\"\(text)\" is read as \(instant)")
        for zone in zones {
            let wall = instant.wallTime(in: zone)
            let again = wall.instant(on: instant.day(in: zone), in: zone)
            require(abs(again.seconds(since: instant)) <= 7200, "\(instant) is \(wall), which is \(again)")
        }
    }
    let parts = text.split(separator: "@", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { return }
    let day = CalendarDay(parts[0]) ?? CalendarDay(20_000)
    for zone in zones { keep(BritishClock.off(parts[1], on: day, at: zone)) }
    keep(try? CourseZone.zone(region: parts[0], course: parts[1]))
}

private let zones = ["Europe/London", "Asia/Hong_Kong", "America/Los_Angeles", "Pacific/Auckland"].compactMap {
    TimeZone(identifier: $0)
}

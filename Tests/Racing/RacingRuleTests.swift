import Foundation
import Racing
import Testing

@Suite struct RacingRuleTests {
    @Test func `days match Foundation`() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        for number in stride(from: Int32(-25_000), through: 47_000, by: 37) {
            let day = CalendarDay(number)
            let date = Date(timeIntervalSince1970: Double(number) * 86_400)
            let parts = calendar.dateComponents([.year, .month, .day, .weekday], from: date)
            #expect(day.components == (parts.year!, parts.month!, parts.day!))
            #expect(day.weekday == (parts.weekday! + 5) % 7 + 1)
            #expect(CalendarDay("\(day)") == day)
        }
        for text in ["2025-02-29", "2025-13-01", "2025-1-01", "20250101", "", "2025-01-00"] {
            #expect(CalendarDay(text) == nil)
        }
    }

    @Test func `wall time follows the clock changes`() throws {
        let london = try CourseZone.zone(region: "GB", course: "Ascot")
        func utc(_ day: String, _ hour: Int, _ minute: Int) -> String {
            "\(WallTime(hour: hour, minute: minute)!.instant(on: CalendarDay(day)!, in: london))"
        }
        #expect(utc("2026-03-28", 14, 0) == "2026-03-28T14:00:00Z")
        #expect(utc("2026-03-29", 14, 0) == "2026-03-29T13:00:00Z")
        #expect(utc("2026-03-29", 1, 30) == "2026-03-29T01:30:00Z", "a skipped time moves an hour later")
        #expect(utc("2026-10-25", 1, 30) == "2026-10-25T00:30:00Z", "a repeated time is its first occurrence")
        #expect(utc("2026-10-25", 14, 0) == "2026-10-25T14:00:00Z")
        let hongKong = try CourseZone.zone(region: "HK", course: "ST")
        let off = WallTime(hour: 13, minute: 0)!.instant(on: CalendarDay("2025-07-16")!, in: hongKong)
        #expect("\(off)" == "2025-07-16T05:00:00Z")
        #expect(off.day(in: hongKong) == CalendarDay("2025-07-16"))
    }

    @Test func `unknown courses throw instead of using UTC`() {
        #expect(throws: RacingError.self) { try CourseZone.zone(region: "XX", course: "Nowhere") }
        #expect(throws: RacingError.self) { try CourseZone.zone(region: "AUS", course: "Nowhere") }
        #expect(throws: Never.self) { try CourseZone.zone(region: "AUS", course: "Ascot") }
    }

    @Test func `known positions are read and unknown ones rejected`() throws {
        #expect(try Finish("5 DH") == .position(5))
        #expect(try Finish("1") == .position(1))
        for code in ["PU", "DSQ", "DNF"] { #expect(try Finish(code) == .unplaced) }
        for code in ["F", "UR", "BD", "RO", "SU", "REF"] { #expect(try Finish(code) == .mishap) }
        #expect(try Finish("NR") == .withdrawn)
        for code in ["", "0", "first", "3x", "-1"] { #expect(throws: RacingError.self) { try Finish(code) } }
    }

    @Test func `pounds per length, class bonus and going follow the tables`() {
        for (furlongs, pounds) in [
            (4.9, 4.0), (5, 3.8), (6.4, 3.8), (6.5, 3.0), (9.4, 3.0), (9.5, 2.5), (12.4, 2.5), (12.5, 2.0), (20, 2.0),
        ] {
            #expect(Distance.poundsPerLength(furlongs: furlongs) == pounds)
        }
        for (pattern, raceClass, bonus) in [
            ("Group 1", "Class 1", 8.0), ("Grade 2", nil, 6), ("HK Group 3", nil, 4), ("Listed", nil, 3),
            (nil, "Class 1", 5), (nil, "Class 2", 3), (nil, "Class 3 (Restricted)", 2), (nil, "Class 4", 1),
            (nil, "Class 5", 0.5),
        ] as [(String?, String?, Double)] { #expect(RaceClass.bonus(pattern: pattern, raceClass: raceClass) == bonus) }
        #expect(RaceClass.bonus(pattern: nil, raceClass: nil) == nil)
        #expect(
            Going(declared: nil) == nil && Going(declared: "good to firm") == .fast
                && Going(declared: "WET SLOW") == .soft
        )
    }
}

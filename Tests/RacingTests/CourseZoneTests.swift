import Foundation
import Racing
import Testing

@Suite struct CourseZoneTests {
    @Test func oneZoneRegions() throws {
        let expected = [
            "GB": "Europe/London", "IRE": "Europe/Dublin", "HK": "Asia/Hong_Kong", "FR": "Europe/Paris", "JPN": "Asia/Tokyo", "UAE": "Asia/Dubai",
        ]
        for (region, identifier) in expected {
            let zone = try CourseZone.zone(region: region, course: "whatever")
            #expect(zone.identifier == identifier)
        }
    }

    @Test func whereARegionHasSeveralTheCourseDecides() throws {
        let expected = [
            ("AUS", "Flemington", "Australia/Melbourne"), ("AUS", "Ascot", "Australia/Perth"), ("AUS", "Doomben", "Australia/Brisbane"),
            ("USA", "Belmont Park", "America/New_York"), ("USA", "Santa Anita", "America/Los_Angeles"), ("USA", "Arlington", "America/Chicago"),
        ]
        for (region, course, identifier) in expected {
            let zone = try CourseZone.zone(region: region, course: course)
            #expect(zone.identifier == identifier, "\(course)")
        }
    }

    @Test func anUnknownZoneIsAnErrorAndNotUTC() {
        for (region, course) in [("XX", "Ascot"), ("", ""), ("AUS", "Nowhere Park"), ("USA", "Nowhere Downs"), ("USA", "")] {
            #expect(throws: RacingError.self, "\(region) \(course)") { try CourseZone.zone(region: region, course: course) }
        }
    }
}

@Suite struct WallTimeTests {
    private struct Case {
        let zone: String
        let day: String
        let time: (Int, Int)
        let utc: String
        init(_ zone: String, _ day: String, _ hour: Int, _ minute: Int, _ utc: String) {
            (self.zone, self.day, time, self.utc) = (zone, day, (hour, minute), utc)
        }
    }

    private func check(_ cases: [Case]) throws {
        for one in cases {
            let zone = try #require(TimeZone(identifier: one.zone))
            let day = try #require(CalendarDay(one.day))
            let time = try #require(WallTime(hour: one.time.0, minute: one.time.1))
            let expected = try #require(Instant(one.utc))
            #expect(time.instant(on: day, in: zone) == expected, "\(one.zone) \(one.day) \(time)")
        }
    }

    @Test func londonThroughBothClockChanges() throws {
        try check([
            Case("Europe/London", "2025-03-29", 14, 0, "2025-03-29T14:00:00Z"), Case("Europe/London", "2025-03-30", 0, 30, "2025-03-30T00:30:00Z"),
            Case("Europe/London", "2025-03-30", 2, 0, "2025-03-30T01:00:00Z"), Case("Europe/London", "2025-03-30", 14, 0, "2025-03-30T13:00:00Z"),
            Case("Europe/London", "2025-10-25", 14, 0, "2025-10-25T13:00:00Z"), Case("Europe/London", "2025-10-26", 0, 0, "2025-10-25T23:00:00Z"),
            Case("Europe/London", "2025-10-26", 0, 30, "2025-10-25T23:30:00Z"), Case("Europe/London", "2025-10-26", 2, 0, "2025-10-26T02:00:00Z"),
            Case("Europe/London", "2025-10-26", 14, 0, "2025-10-26T14:00:00Z"),
        ])
    }

    @Test func madridThroughBothClockChanges() throws {
        try check([
            Case("Europe/Madrid", "2025-03-29", 8, 0, "2025-03-29T07:00:00Z"), Case("Europe/Madrid", "2025-03-30", 1, 59, "2025-03-30T00:59:00Z"),
            Case("Europe/Madrid", "2025-03-30", 3, 0, "2025-03-30T01:00:00Z"), Case("Europe/Madrid", "2025-03-30", 8, 0, "2025-03-30T06:00:00Z"),
            Case("Europe/Madrid", "2025-10-25", 8, 0, "2025-10-25T06:00:00Z"), Case("Europe/Madrid", "2025-10-26", 1, 59, "2025-10-25T23:59:00Z"),
            Case("Europe/Madrid", "2025-10-26", 3, 0, "2025-10-26T02:00:00Z"), Case("Europe/Madrid", "2025-10-26", 8, 0, "2025-10-26T07:00:00Z"),
        ])
    }

    @Test func hongKongHasNoClockChangesAndTheSouthHasItsOwn() throws {
        try check([
            Case("Asia/Hong_Kong", "2025-01-01", 0, 0, "2024-12-31T16:00:00Z"), Case("Asia/Hong_Kong", "2025-03-30", 13, 0, "2025-03-30T05:00:00Z"),
            Case("Asia/Hong_Kong", "2025-10-26", 18, 45, "2025-10-26T10:45:00Z"),
            Case("Australia/Sydney", "2025-04-05", 14, 0, "2025-04-05T03:00:00Z"),
            Case("Australia/Sydney", "2025-04-06", 14, 0, "2025-04-06T04:00:00Z"),
            Case("Australia/Sydney", "2025-10-04", 14, 0, "2025-10-04T04:00:00Z"),
            Case("Australia/Sydney", "2025-10-05", 14, 0, "2025-10-05T03:00:00Z"),
        ])
    }

    @Test func aSkippedTimeIsAnHourLaterAndOfARepeatedOneTheFirstIsMeant() throws {
        try check([
            Case("Europe/London", "2025-03-30", 1, 30, "2025-03-30T01:30:00Z"), Case("Europe/London", "2025-10-26", 1, 30, "2025-10-26T00:30:00Z"),
            Case("Europe/Madrid", "2025-03-30", 2, 30, "2025-03-30T01:30:00Z"), Case("Europe/Madrid", "2025-10-26", 2, 30, "2025-10-26T00:30:00Z"),
        ])
    }

    @Test(arguments: [("Europe/London", 2), ("Europe/Madrid", 2), ("Asia/Hong_Kong", 0)])
    func everyHalfHourOfAYearComesBackExceptTheSkippedOnes(_ argument: (zone: String, skipped: Int)) throws {
        let zone = try #require(TimeZone(identifier: argument.zone))
        let first = try #require(CalendarDay("2025-01-01"))
        var lost: [String] = []
        for day in (0..<365).map({ first.advanced(by: $0) }) {
            for half in 0..<48 {
                let time = try #require(WallTime(seconds: half * 1800))
                let instant = time.instant(on: day, in: zone)
                if instant.day(in: zone) != day || instant.wallTime(in: zone) != time { lost.append("\(day) \(time)") }
            }
        }
        #expect(lost.count == argument.skipped, "\(lost.prefix(5))")
    }

    @Test func timesThatNoClockShowsAreNil() {
        #expect(WallTime(hour: 24, minute: 0) == nil)
        #expect(WallTime(hour: 12, minute: 60) == nil)
        #expect(WallTime(hour: -1, minute: 0) == nil)
        #expect(WallTime(seconds: 86_400) == nil)
        #expect(WallTime(hour: 8, minute: 5)?.description == "08:05")
    }
}

import Foundation
import Racing
import Testing

@Suite struct WallTimeTests {
    private struct Case {
        let zone: String
        let day: String
        let time: (Int, Int)
        let utc: String
        init(_ zone: String, _ day: String, _ hour: Int, _ minute: Int, _ utc: String) {
            self.zone = zone
            self.day = day
            time = (hour, minute)
            self.utc = utc
        }
    }

    private func check(_ cases: [Case]) throws {
        for testCase in cases {
            let zone = try #require(TimeZone(identifier: testCase.zone))
            let day = try #require(CalendarDay(testCase.day))
            let time = try #require(WallTime(hour: testCase.time.0, minute: testCase.time.1))
            let expected = try #require(Instant(testCase.utc))
            #expect(time.instant(on: day, in: zone) == expected, "\(testCase.zone) \(testCase.day) \(time)")
        }
    }

    @Test func `follows both clock changes in London`() throws {
        try check([
            Case("Europe/London", "2025-03-29", 14, 0, "2025-03-29T14:00:00Z"),
            Case("Europe/London", "2025-03-30", 0, 30, "2025-03-30T00:30:00Z"),
            Case("Europe/London", "2025-03-30", 2, 0, "2025-03-30T01:00:00Z"),
            Case("Europe/London", "2025-03-30", 14, 0, "2025-03-30T13:00:00Z"),
            Case("Europe/London", "2025-10-25", 14, 0, "2025-10-25T13:00:00Z"),
            Case("Europe/London", "2025-10-26", 0, 0, "2025-10-25T23:00:00Z"),
            Case("Europe/London", "2025-10-26", 0, 30, "2025-10-25T23:30:00Z"),
            Case("Europe/London", "2025-10-26", 2, 0, "2025-10-26T02:00:00Z"),
            Case("Europe/London", "2025-10-26", 14, 0, "2025-10-26T14:00:00Z"),
        ])
    }

    @Test func `follows both clock changes in Madrid`() throws {
        try check([
            Case("Europe/Madrid", "2025-03-29", 8, 0, "2025-03-29T07:00:00Z"),
            Case("Europe/Madrid", "2025-03-30", 1, 59, "2025-03-30T00:59:00Z"),
            Case("Europe/Madrid", "2025-03-30", 3, 0, "2025-03-30T01:00:00Z"),
            Case("Europe/Madrid", "2025-03-30", 8, 0, "2025-03-30T06:00:00Z"),
            Case("Europe/Madrid", "2025-10-25", 8, 0, "2025-10-25T06:00:00Z"),
            Case("Europe/Madrid", "2025-10-26", 1, 59, "2025-10-25T23:59:00Z"),
            Case("Europe/Madrid", "2025-10-26", 3, 0, "2025-10-26T02:00:00Z"),
            Case("Europe/Madrid", "2025-10-26", 8, 0, "2025-10-26T07:00:00Z"),
        ])
    }

    @Test func `follows the clocks of Hong Kong and Sydney`() throws {
        try check([
            Case("Asia/Hong_Kong", "2025-01-01", 0, 0, "2024-12-31T16:00:00Z"),
            Case("Asia/Hong_Kong", "2025-03-30", 13, 0, "2025-03-30T05:00:00Z"),
            Case("Asia/Hong_Kong", "2025-10-26", 18, 45, "2025-10-26T10:45:00Z"),
            Case("Australia/Sydney", "2025-04-05", 14, 0, "2025-04-05T03:00:00Z"),
            Case("Australia/Sydney", "2025-04-06", 14, 0, "2025-04-06T04:00:00Z"),
            Case("Australia/Sydney", "2025-10-04", 14, 0, "2025-10-04T04:00:00Z"),
            Case("Australia/Sydney", "2025-10-05", 14, 0, "2025-10-05T03:00:00Z"),
        ])
    }

    @Test func `moves skipped times an hour later and takes the first of repeated times`() throws {
        try check([
            Case("Europe/London", "2025-03-30", 1, 30, "2025-03-30T01:30:00Z"),
            Case("Europe/London", "2025-10-26", 1, 30, "2025-10-26T00:30:00Z"),
            Case("Europe/Madrid", "2025-03-30", 2, 30, "2025-03-30T01:30:00Z"),
            Case("Europe/Madrid", "2025-10-26", 2, 30, "2025-10-26T00:30:00Z"),
        ])
    }

    @Test(arguments: [("Europe/London", 2), ("Europe/Madrid", 2), ("Asia/Hong_Kong", 0)])
    func `round-trips every half hour of a year except skipped ones`(_ identifier: String, skipped: Int) throws {
        let zone = try #require(TimeZone(identifier: identifier))
        let first = try #require(CalendarDay("2025-01-01"))
        var mismatches: [String] = []
        for day in (0..<365).map({ first.advanced(by: $0) }) {
            for half in 0..<48 {
                let time = try #require(WallTime(seconds: half * 1800))
                let instant = time.instant(on: day, in: zone)
                if instant.day(in: zone) != day || instant.wallTime(in: zone) != time {
                    mismatches.append("\(day) \(time)")
                }
            }
        }
        #expect(mismatches.count == skipped, "\(mismatches.prefix(5))")
    }

    @Test func `rejects times that no clock shows`() {
        #expect(WallTime(hour: 24, minute: 0) == nil)
        #expect(WallTime(hour: 12, minute: 60) == nil)
        #expect(WallTime(hour: -1, minute: 0) == nil)
        #expect(WallTime(seconds: 86_400) == nil)
        #expect(WallTime(hour: 8, minute: 5)?.description == "08:05")
    }
}

import Foundation
import Racing
import Testing

@Suite struct InstantTests {
    @Test func `reads and writes RFC 3339`() throws {
        let instant = try #require(Instant("2025-07-16T10:00:00Z"))
        let day = try #require(CalendarDay("2025-07-16"))
        #expect(instant.microseconds == (Int64(day.number) * 86_400 + 36_000) * 1_000_000)
        #expect(instant.description == "2025-07-16T10:00:00Z")
        #expect(Instant("2025-07-16T10:00:00.500Z")?.microseconds == instant.microseconds + 500_000)
        #expect(Instant("2025-07-16T12:00:00+02:00") == instant)
        #expect(Instant("yesterday") == nil)
        #expect(Instant("") == nil)
    }

    @Test func `adds, subtracts and orders`() {
        let instant = Instant(microseconds: 1_000_000)
        let later = instant.advanced(bySeconds: 1.5)
        #expect(later.microseconds == 2_500_000)
        #expect(later.seconds(since: instant) == 1.5)
        #expect(instant < later)
        #expect(Instant(instant.date) == instant)
    }

    @Test func `finds the local day and time`() throws {
        let hongKong = try #require(TimeZone(identifier: "Asia/Hong_Kong"))
        let madrid = try #require(TimeZone(identifier: "Europe/Madrid"))
        let midnight = try #require(Instant("2025-07-15T16:00:00Z"))
        #expect(midnight.day(in: hongKong).description == "2025-07-16")
        #expect(Instant(microseconds: midnight.microseconds - 1).day(in: hongKong).description == "2025-07-15")
        #expect(midnight.day(in: madrid).description == "2025-07-15")
        #expect(midnight.wallTime(in: madrid).description == "18:00")
        #expect(Instant(microseconds: -1).day(in: .gmt).description == "1969-12-31", "before 1970")
    }
}

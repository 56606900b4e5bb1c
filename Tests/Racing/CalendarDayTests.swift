import Foundation
import Racing
import Testing

@Suite struct CalendarDayTests {
    @Test func `matches Foundation for every day from 1900 to 2100`() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let first = try #require(CalendarDay(year: 1900, month: 1, day: 1))
        let last = try #require(CalendarDay(year: 2100, month: 12, day: 31))
        #expect(last.days(since: first) == 73_413)
        var mismatches: [CalendarDay] = []
        for number in first.number...last.number {
            let day = CalendarDay(number)
            let expected = calendar.dateComponents(
                [.year, .month, .day, .weekday],
                from: Date(timeIntervalSince1970: Double(number) * 86_400)
            )
            let (year, month, date) = day.components
            let isoWeekday = ((expected.weekday ?? 0) + 5) % 7 + 1
            let matches =
                expected.year == year && expected.month == month && expected.day == date && day.weekday == isoWeekday
                && CalendarDay(year: year, month: month, day: date) == day && CalendarDay(day.description) == day
            if !matches { mismatches.append(day) }
        }
        #expect(mismatches.isEmpty, "first mismatch: \(mismatches.first.map(\.description) ?? "none")")
    }

    @Test func `numbers days from 1970 and knows their weekday`() throws {
        #expect(CalendarDay(year: 1970, month: 1, day: 1)?.number == 0)
        let day = try #require(CalendarDay("2025-07-16"))
        #expect(day.weekday == 3, "a Wednesday")
        #expect(day.description == "2025-07-16")
    }

    @Test func `rejects days that do not exist`() {
        let impossible = [
            (2025, 2, 29), (1900, 2, 29), (2100, 2, 29), (2024, 2, 30), (2025, 4, 31), (2025, 6, 31), (2025, 9, 31),
            (2025, 11, 31), (2025, 0, 1), (2025, 13, 1), (2025, 1, 0), (2025, 1, 32), (0, 1, 1), (-1, 1, 1),
        ]
        for (year, month, day) in impossible {
            #expect(CalendarDay(year: year, month: month, day: day) == nil, "\(year)-\(month)-\(day)")
        }
        for year in [1904, 2000, 2024] {
            #expect(CalendarDay(year: year, month: 2, day: 29) != nil, "\(year) is a leap year")
        }
    }

    @Test func `rejects malformed text`() {
        for text in [
            "", "2025-2-01", "2025-02-30", "20250201", "2025-02-01T", "abcd-ef-gh", "2025/02/01", "25-02-2001",
            " 2025-02-01",
        ] {
            #expect(CalendarDay(text) == nil, "\"\(text)\"")
        }
    }

    @Test func `rejects signs in place of digits`() {
        for text in ["2025-+1-01", "2025-01-+1", "+025-01-01"] {
            #expect(CalendarDay(text) == nil, "\"\(text)\" is not YYYY-MM-DD")
        }
    }

    @Test func `orders days and counts between them`() throws {
        let day = try #require(CalendarDay("2024-02-28"))
        #expect(day.advanced(by: 1).description == "2024-02-29")
        #expect(day.advanced(by: 2).description == "2024-03-01")
        #expect(day.advanced(by: -59).description == "2023-12-31")
        #expect(day < day.advanced(by: 1))
        #expect(day.advanced(by: 400).days(since: day) == 400)
    }
}

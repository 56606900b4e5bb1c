import Racing
import RacingStore
import Testing

@Suite struct RaceKeyTests {
    private func condition(_ days: String...) throws -> (sql: String, parameters: Int) {
        let keys = try days.map { RaceKey(raceID: 1, day: try #require(CalendarDay($0))) }
        let (sql, parameters) = keys.dayCondition("d", next: 3)
        return (sql, parameters.count)
    }

    @Test func `races of one day name it`() throws {
        #expect(try condition("2025-12-31", "2025-12-31") == ("d = DATE '2025-12-31'", 0))
    }

    @Test func `races of one month or two name the months`() throws {
        #expect(try condition("2024-02-29", "2024-02-01") == ("d >= DATE '2024-02-01' AND d < DATE '2024-03-01'", 0))
        #expect(try condition("2026-01-02", "2025-12-30") == ("d >= DATE '2025-12-01' AND d < DATE '2026-02-01'", 0))
    }

    @Test func `other races have their bounds as parameters`() throws {
        #expect(try condition("2025-10-31", "2025-12-01") == ("d BETWEEN $3 AND $4", 2))
        #expect(try condition() == ("d BETWEEN $3 AND $4", 2))
        #expect(try condition("0001-01-01", "0001-01-01") == ("d BETWEEN $3 AND $4", 2))
    }
}

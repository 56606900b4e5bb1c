import Foundation
import Postgres
import Racing
import RacingImport
import RacingStore
import Servers
import Simulation
import Testing

@Suite struct ReaderTests {
    private static let day = CalendarDay("2025-12-31") ?? CalendarDay(0)

    @Test func `an unknown position leaves out only its race`() async throws {
        try await withSimulatedSeason { pool async throws in
            try await pool.query(
                """
                UPDATE racing.runners SET pos_raw = '??'
                 WHERE runner_id = (SELECT min(runner_id) FROM racing.runners WHERE race_date = '2025-12-31')
                """
            )
            let (results, faults, races) = try await pool.withConnection { connection in
                let races = try await RaceCalendar.read(from: Self.day, through: Self.day, connection).races
                let (results, faults) = try await ResultReader.read(races, connection)
                return (results, faults, races)
            }
            #expect(races.count == 7 && results.count == 6)
            #expect(faults.count == 1 && faults[0].contains("??") && faults[0].contains("\(races[0].key.raceID)"))
        }
    }

    /// Races of one day, of neighbouring days and of days that are far apart are read by different statements.
    @Test(arguments: ["2025-12-29", "2025-09-01"])
    func `cards and prices are the same, read alone or with those of another day`(_ firstDay: String) async throws {
        try await withSimulatedSeason { pool async throws in
            let first = try #require(CalendarDay(firstDay))
            let keys = try await pool.withConnection { connection in
                let races = try await RaceCalendar.read(from: first, through: Self.day, connection).races
                return races.map(\.key).filter { $0.day <= first.advanced(by: 2) || $0.day == Self.day }
            }
            #expect(Set(keys.map(\.day)).count >= 2)
            func read(_ keys: [RaceKey]) async throws -> [String] {
                let asOf = try #require(Instant("2025-12-31T23:00:00Z"))
                let stages = PriceReader.Stages(morning: asOf, off: asOf)
                return try await pool.withConnection { connection in
                    let cards = try await CardReader.read(keys, connection)
                    let prices = try await PriceReader.read(
                        keys.map { PriceReader.Question(key: $0, asOf: asOf) },
                        keys.map { _ in stages },
                        connection
                    )
                    return zip(keys, prices).map { key, prices in
                        let sorted = prices.sorted { $0.key < $1.key }
                        return "\(cards[key.raceID].map { "\($0)" } ?? "no card") \(sorted)"
                    }
                }
            }
            let together = try await read(keys)
            #expect(!together.contains { $0.hasPrefix("no card") || $0.hasSuffix("[]") })
            for (key, expected) in zip(keys, together) { #expect(try await read([key]) == [expected]) }
        }
    }

    @Test func `a course without a known time zone leaves out only its races`() async throws {
        try await withSimulatedSeason { pool async throws in
            try await pool.query(
                "UPDATE racing.races SET region = 'MOON' WHERE race_id = (SELECT min(race_id) FROM racing.races)"
            )
            let (races, faults, prices) = try await pool.withConnection { connection in
                let (races, faults) = try await RaceCalendar.read(from: CalendarDay(0), through: Self.day, connection)
                return (
                    races, faults,
                    try await MarketHistoryReader.read(leads: [0], from: CalendarDay(0), through: Self.day, connection)
                )
            }
            #expect(faults.count == 1 && races.count > 1000)
            #expect((prices[.off]?.count ?? 0) > 10_000)
        }
    }

    @Test func `the watermark changes with a corrected result, even if there are cards weeks ahead`() async throws {
        try await withSimulatedSeason { pool async throws in
            try await pool.query("SELECT racing.ensure_month('2026-03-01')")
            try await pool.query(
                """
                INSERT INTO racing.races (race_id, race_key, race_date, region, course_id, prelim)
                SELECT 1, 'far', '2026-03-10', 'SIM', min(course_id), true FROM racing.courses
                """
            )
            let last = try #require(CalendarDay("2025-12-31"))
            #expect(try await pool.withConnection { try await FormBookReader.lastDay($0) } == last)
            func watermark(before limit: CalendarDay) async throws -> String {
                try await pool.withConnection { try await FormBookReader.watermark($0, before: limit) }
            }
            let original = try await watermark(before: last.advanced(by: 1))
            let originalWithoutLastDay = try await watermark(before: last)
            #expect(try await watermark(before: last.advanced(by: 1)) == original)
            try await pool.query(
                "UPDATE racing.runners SET pos_raw = 'PU' WHERE race_date = '2025-12-31' AND pos_raw = '5'"
            )
            #expect(try await watermark(before: last.advanced(by: 1)) != original)
            #expect(try await watermark(before: last) == originalWithoutLastDay, "the limit itself is excluded")
        }
    }
}

import Foundation
import Postgres
import Racing
import RacingImport
import RacingStore
import Servers
import Simulation
import Testing

/// Which prices are read as of which time.
@Suite struct MarketPriceTests {
    private static let day = CalendarDay("2025-12-31") ?? CalendarDay(0)

    /// The races of the last day of a simulated season. The first has live prices, the second an average before the off
    /// of every starter and live prices of all but one, the third a BSP of every starter.
    private static func withPrices(_ body: (PostgresPool, [ScheduledRace]) async throws -> Void) async throws {
        try await withSimulatedSeason { pool async throws in
            let races = try await pool.withConnection { connection in
                try await RaceCalendar.read(from: day, through: day, connection).races
            }
            let ids = races.map(\.key.raceID)
            try await pool.query(
                """
                UPDATE racing.runners SET win_ppwap = 100 + num, win_bsp = CASE WHEN num > 1 THEN 200 + num END,
                       win_morningwap = 300 + num
                 WHERE race_id = $1 AND race_date = $2
                """,
                [.int(ids[1]), .date(day.postgres)]
            )
            try await pool.query(
                """
                UPDATE racing.runners SET win_ppwap = CASE WHEN num > 1 THEN 100 + num END, win_bsp = 200 + num,
                       win_morningwap = NULL
                 WHERE race_id = $1 AND race_date = $2
                """,
                [.int(ids[2]), .date(day.postgres)]
            )
            try await pool.query(
                """
                DELETE FROM racing.live_prices
                 WHERE race_id = $2 OR (race_id = $1 AND runner_id = (SELECT min(runner_id) FROM racing.runners
                    WHERE race_id = $1 AND pos_raw NOT IN ('NR', 'WD')))
                """,
                [.int(ids[1]), .int(ids[2])]
            )
            try await body(pool, races)
        }
    }

    /// Odds of the starters by a column or expression.
    private static func starters(
        _ race: ScheduledRace,
        _ expression: String,
        _ pool: PostgresPool
    ) async throws -> [Int64: Double] {
        let rows = try await pool.query(
            """
            SELECT runner_id, (\(expression))::float8 AS odds FROM racing.runners u
             WHERE race_id = $1 AND race_date = $2 AND pos_raw NOT IN ('NR', 'WD')
            """,
            [.int(race.key.raceID), .date(race.key.day.postgres)]
        )
        return Dictionary(uniqueKeysWithValues: try rows.map { (try $0.get("runner_id"), try $0.get("odds")) })
    }

    @Test func `the history takes one kind of price a race at the off, and morning prices as a market of their own`()
        async throws
    {
        try await Self.withPrices { pool, races async throws in
            let markets = try await pool.withConnection { connection in
                try await MarketHistoryReader.read(
                    leads: [0, 3600],
                    from: Self.day,
                    through: Self.day,
                    connection
                )
            }
            func read(_ race: ScheduledRace, _ odds: [Int64: Double]) async throws -> [Int64: Double] {
                let ids = try await Self.starters(race, "0", pool).keys
                return odds.filter { ids.contains($0.key) }
            }
            let off = try #require(markets[.off])
            let live = try await Self.starters(
                races[0],
                """
                SELECT back_price FROM racing.live_prices p
                 WHERE p.race_id = u.race_id AND p.runner_id = u.runner_id ORDER BY ts DESC LIMIT 1
                """,
                pool
            )
            #expect(try await read(races[0], off) == live)
            #expect(try await read(races[1], off) == Self.starters(races[1], "win_ppwap", pool))
            #expect(try await read(races[2], off) == Self.starters(races[2], "win_bsp", pool))

            let morning = try #require(markets.first { $0.key.prices == .morning })
            #expect(morning.key.lead > 0)
            #expect(try await read(races[1], morning.value) == Self.starters(races[1], "win_morningwap", pool))
            #expect(try await read(races[2], morning.value).isEmpty)
            #expect(markets[MarketMoment(lead: 3600)]?.isEmpty == false)
        }
    }

    @Test func `the average before the off is known at the off, and the BSP never`() async throws {
        try await Self.withPrices { pool, races async throws in
            func sources(_ race: ScheduledRace, asOf: Instant) async throws -> Set<MarketPrice.Source> {
                let question = PriceReader.Question(key: race.key, asOf: asOf)
                let stages = PriceReader.Stages(morning: race.off.advanced(bySeconds: -7200), off: race.off)
                let prices = try await pool.withConnection { try await PriceReader.read([question], [stages], $0)[0] }
                return Set(prices.values.map(\.source))
            }
            let unpriced = races[2]
            try await pool.query("DELETE FROM racing.live_prices WHERE race_id = $1", [.int(races[1].key.raceID)])
            let staged = races[1]
            #expect(try await sources(staged, asOf: staged.off.advanced(bySeconds: -7201)).isEmpty)
            #expect(try await sources(staged, asOf: staged.off.advanced(bySeconds: -7200)) == [.morning])
            #expect(try await sources(staged, asOf: staged.off.advanced(bySeconds: -1)) == [.morning])
            #expect(try await sources(staged, asOf: staged.off) == [.preplay])
            #expect(try await sources(unpriced, asOf: unpriced.off.advanced(bySeconds: -1)).isEmpty)
            #expect(try await sources(unpriced, asOf: unpriced.off) == [.preplay])
            #expect(try await sources(races[0], asOf: races[0].off) == [.live])
        }
    }
}

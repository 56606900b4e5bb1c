import ModelingStore
import Postgres
import Racing
import Testing

@Suite struct RetentionStoreTests {
    /// Races with ten ticks each and signals of two horses: one of the next day, the others of one day.
    private func fill(_ pool: PostgresPool) async throws {
        try await pool.query(
            """
            INSERT INTO modeling.signals
                   (as_of, race_id, horse_id, model_id, p_win, stake_units, origin, race_date, off)
            SELECT d + make_interval(hours => 8, mins => t), race, horse, 1, 0.5,
                   CASE WHEN race = 2 AND t = 4 AND horse = 2 THEN 1 ELSE 0 END, origin, d::date,
                   d + interval '8 hours 10 minutes'
              FROM (VALUES (1, '2025-06-01'::timestamptz, 'live'), (2, '2025-06-01', 'live'), (3, '2025-06-02', 'live'),
                           (4, '2025-06-01', 'backfill'), (5, '2025-06-01', 'live'), (6, '2025-06-01', 'live'),
                           (7, '2025-06-01', 'live')) r(race, d, origin),
                   generate_series(1, 10) t, generate_series(1, 2) horse
            """
        )
        try await pool.query(
            """
            INSERT INTO modeling.ticks (race_id, as_of, race_date, models)
            SELECT DISTINCT race_id, as_of, race_date, '[]'::jsonb FROM modeling.signals WHERE origin = 'live'
            """
        )
        // Race 5 has a bet, race 6 a withdrawn runner, and race 7 no result.
        try await pool.query(
            """
            INSERT INTO modeling.results (race_id, horse_id, race_date, off, is_handicap, position, withdrawn, revision)
            SELECT race, horse, '2025-06-01', '2025-06-01 08:10', false, 1, race = 6 AND horse = 2, 1
              FROM unnest('{1,2,3,5,6}'::int[]) race, generate_series(1, 2) horse
            """
        )
        try await pool.query(
            """
            INSERT INTO modeling.bets (ts, race_id, horse_id, side, odds, stake)
            VALUES ('2025-06-01 08:03', 5, 1, 'win', 3, 1)
            """
        )
        try await pool.query(
            """
            INSERT INTO modeling.signal_clv (race_id, horse_id, model_id, bucket, race_date, as_of, origin, odds, p_win,
                                             stake_units, close_odds, close_src, clv, position)
            VALUES (1, 1, 1, '60m', '2025-06-01', '2025-06-01 08:05', 'live', 3, 0.5, 0, 3, 'bsp', 0, 1)
            """
        )
        try await pool.query(
            """
            INSERT INTO modeling.race_expectations (race_id, as_of, origin, suite, critical, warnings, failures)
            VALUES (1, '2025-06-01 08:01', 'live', 'race', 0, 0, '[]'),
                   (2, '2025-06-01 08:01', 'live', 'race', 0, 1, '[]')
            """
        )
    }

    private func moments(_ pool: PostgresPool, race: Int) async throws -> [String] {
        try await pool.query(
            "SELECT DISTINCT to_char(as_of, 'HH24:MI') AS at FROM modeling.signals WHERE race_id = $1 ORDER BY 1",
            [.int(race)]
        ).map { try $0.get("at") }
    }

    @Test func `keeps the ticks that settlement and reports read, and later days`() async throws {
        try await withModelingDatabase { pool async throws in
            try await fill(pool)
            let cutoff = try #require(CalendarDay(year: 2025, month: 6, day: 2))
            func prune(dryRun: Bool) async throws -> RetentionStore.Counts {
                try await pool.withConnection { connection async throws in
                    var counts = RetentionStore.Counts()
                    for day in try await RetentionStore.readDays(before: cutoff, connection) {
                        counts = try await counts + RetentionStore.prune(day, dryRun: dryRun, connection)
                    }
                    let before = Instant(microseconds: Int64(cutoff.number) * 86_400_000_000)
                    return try await counts
                        + RetentionStore.pruneExpectations(before: before, dryRun: dryRun, connection)
                }
            }
            var expected = RetentionStore.Counts()
            // Ticks 1, 9 and 10 stay, tick 5 of race 1 and tick 4 of race 2.
            expected.signals = 12 + 12
            expected.ticks = 50
            expected.expectations = 1
            #expect(try await prune(dryRun: true) == expected)
            #expect(try await moments(pool, race: 1).count == 10, "a dry run deletes nothing")
            #expect(try await prune(dryRun: false) == expected)
            #expect(try await moments(pool, race: 1) == ["08:01", "08:05", "08:09", "08:10"])
            #expect(try await moments(pool, race: 2) == ["08:01", "08:04", "08:09", "08:10"])
            for race in 5...7 { #expect(try await moments(pool, race: race).count == 10, "race \(race)") }
            #expect(try await moments(pool, race: 3).count == 10, "the cutoff is exclusive")
            #expect(try await moments(pool, race: 4).count == 10, "backfilled signals stay")
            #expect(try await prune(dryRun: false) == RetentionStore.Counts())
        }
    }
}

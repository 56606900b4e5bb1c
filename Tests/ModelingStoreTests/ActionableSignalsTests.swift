import Betting
import ModelingStore
import Postgres
import Testing

/// The day's limits, whatever order the signals came in.
@Suite struct ActionableSignalsTests {
    private func signal(
        _ pool: PostgresPool, race: Int, horse: Int, stake: Double, at minute: Int, day: String = "2025-06-01", origin: String = "live"
    ) async throws {
        try await pool.query(
            """
            INSERT INTO modeling.signals (as_of, race_id, horse_id, model_id, p_win, stake_units, reasons_json, origin, race_date)
            VALUES ($1::text::date + make_interval(hours => 8, mins => $2::int), $3, $4, 1, 0.5, $5, '{"gates": []}', $6, $1::text::date)
            """, [.text(day), .int(minute), .int(race), .int(horse), .double(stake), .text(origin)])
    }

    private func actionable(_ pool: PostgresPool) async throws -> [String] {
        try await pool.query(
            "SELECT race_id || ':' || horse_id || ' ' || round(stake_units::numeric, 3) || ' ' || (reasons_json -> 'gates') AS t FROM modeling.actionable_signals ORDER BY race_id, horse_id"
        ).map { try $0.get("t") }
    }

    private func limits(_ pool: PostgresPool, day: Double, stop: Double) async throws {
        try await pool.query("UPDATE modeling.models SET stage = 'production' WHERE model_id = 1")
        var policy = StakingPolicy()
        (policy.maximumPerDay, policy.dailyStopLoss) = (day, stop)
        let limits = StakingLimits(policy)
        _ = try await pool.withConnection { try await limits.apply(by: "test", $0) }
    }

    @Test func withoutLimitsNothingIsActionable() async throws {
        try await withModelingDatabase { pool async throws in
            try await signal(pool, race: 1, horse: 1, stake: 2, at: 0)
            #expect(try await actionable(pool).isEmpty)
            try await limits(pool, day: 0.2, stop: 0.1)
            #expect(try await actionable(pool) == ["1:1 2.000 []"])
        }
    }

    @Test func theDaysCapScalesEveryStakeInWhateverOrderTheyCame() async throws {
        let stakes = [(1, 1, 4.0), (1, 2, 4.0), (2, 3, 8.0), (3, 4, 4.0)]
        for order in [stakes, stakes.reversed()] {
            try await withModelingDatabase { pool async throws in
                try await limits(pool, day: 0.1, stop: 0.1)
                for (race, horse, stake) in order { try await signal(pool, race: race, horse: horse, stake: stake, at: 0) }
                // another day, and a backfill, do not count
                try await signal(pool, race: 9, horse: 9, stake: 1, at: 0, day: "2025-06-02")
                try await signal(pool, race: 4, horse: 5, stake: 50, at: 0, origin: "backfill")
                let gate = #"["daily cap: 0.00 units struck, 20.00 more advised, at most 10.00"]"#
                #expect(
                    try await actionable(pool) == [
                        "1:1 2.000 \(gate)", "1:2 2.000 \(gate)", "2:3 4.000 \(gate)", "3:4 2.000 \(gate)", "9:9 1.000 []",
                    ])
            }
        }
    }

    @Test func onlyTheLatestSignalsOfARaceCount() async throws {
        try await withModelingDatabase { pool async throws in
            try await limits(pool, day: 0.2, stop: 0.1)
            try await signal(pool, race: 1, horse: 1, stake: 2, at: 0)
            try await signal(pool, race: 1, horse: 2, stake: 1, at: 0)
            // ten minutes later the second horse is gone and the first is no longer worth a stake
            try await signal(pool, race: 1, horse: 1, stake: 0, at: 10)
            #expect(try await actionable(pool).isEmpty)
        }
    }

    @Test func whatWasStruckIsNotAdvisedAgainAndLeavesLessOfTheDay() async throws {
        try await withModelingDatabase { pool async throws in
            try await limits(pool, day: 0.1, stop: 0.1)
            try await signal(pool, race: 1, horse: 1, stake: 4, at: 0)
            try await signal(pool, race: 2, horse: 2, stake: 8, at: 0)
            for (race, stake) in [(1, 3), (7, 5)] {
                try await pool.query(
                    "INSERT INTO modeling.bets (ts, race_id, race_date, horse_id, side, odds, stake) VALUES (now(), $1, '2025-06-01', $1, 'win', 3, $2)",
                    [.int(race), .double(Double(stake))])
            }
            // 8 of 10 are struck; 1 more on the first and 8 on the second share the 2 that are left
            let lines = try await actionable(pool)
            #expect(lines.count == 2 && lines[0].hasPrefix("1:1 0.222 ") && lines[0].contains("struck already: 3.00 units"), "\(lines)")
            #expect(lines[1].hasPrefix("2:2 1.778 ") && lines[1].contains("8.00 units struck, 9.00 more advised, at most 10.00"))
        }
    }

    @Test func onlyProductionIsActionable() async throws {
        try await withModelingDatabase { pool async throws in
            try await limits(pool, day: 0.2, stop: 0.1)
            try await signal(pool, race: 1, horse: 1, stake: 2, at: 0)
            try await pool.query("UPDATE modeling.models SET stage = 'archived' WHERE model_id = 1")
            #expect(try await actionable(pool).isEmpty, "a model that was taken back advises nothing")
        }
    }

    @Test func theStopLossEndsTheDayAndARaceWithAResultIsOver() async throws {
        try await withModelingDatabase { pool async throws in
            try await limits(pool, day: 0.2, stop: 0.1)
            try await signal(pool, race: 1, horse: 1, stake: 2, at: 0)
            try await signal(pool, race: 2, horse: 2, stake: 2, at: 0)
            try await pool.query(
                "INSERT INTO modeling.results (race_id, horse_id, race_date, off, is_handicap, position, withdrawn, revision) VALUES (1, 1, '2025-06-01', now(), false, 2, false, 1)"
            )
            #expect(try await actionable(pool) == ["2:2 2.000 []"])
            try await pool.query(
                "INSERT INTO modeling.bets (ts, race_id, race_date, horse_id, side, odds, stake, pnl) VALUES (now(), 1, '2025-06-01', 1, 'win', 3, 10, -10)"
            )
            #expect(try await actionable(pool) == [#"2:2 0.000 ["daily stop-loss: 10.00 units lost"]"#])
        }
    }
}

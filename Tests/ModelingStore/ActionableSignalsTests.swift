import Betting
import ModelingStore
import Postgres
import Testing

/// The view `modeling.actionable_signals`, which applies the daily limits.
@Suite struct ActionableSignalsTests {
    private func insertSignal(
        _ pool: PostgresPool,
        race: Int,
        horse: Int,
        stake: Double,
        at minute: Int,
        day: String = "2025-06-01",
        origin: String = "live"
    ) async throws {
        try await pool.query(
            """
            INSERT INTO modeling.signals (as_of, race_id, horse_id, model_id, p_win, stake_units, reasons_json, origin,
                                          race_date)
            VALUES ($1::text::date + make_interval(hours => 8, mins => $2::int), $3, $4, 1, 0.5, $5, '{"gates": []}',
                    $6, $1::text::date)
            """,
            [.text(day), .int(minute), .int(race), .int(horse), .double(stake), .text(origin)]
        )
    }

    private func insertBet(_ pool: PostgresPool, race: Int, stake: Double, profit: Double? = nil) async throws {
        try await pool.query(
            """
            INSERT INTO modeling.bets (ts, race_id, race_date, horse_id, side, odds, stake, pnl)
            VALUES (now(), $1, '2025-06-01', $1, 'win', 3, $2, $3)
            """,
            [.int(race), .double(stake), .double(profit)]
        )
    }

    /// The actionable signals as "race:horse stake gates".
    private func actionable(_ pool: PostgresPool) async throws -> [String] {
        try await pool.query(
            """
            SELECT race_id || ':' || horse_id || ' ' || round(stake_units::numeric, 3) || ' '
                   || (reasons_json -> 'gates') AS t
              FROM modeling.actionable_signals ORDER BY race_id, horse_id
            """
        ).map { try $0.get("t") }
    }

    /// Puts model 1 into production and applies limits.
    ///
    /// - Parameters:
    ///   - day: the maximum stake in a day, as a share of a bankroll of 100 units.
    ///   - stop: the daily stop-loss, as a share of the same bankroll.
    private func applyLimits(_ pool: PostgresPool, day: Double, stop: Double) async throws {
        try await pool.query("UPDATE modeling.models SET stage = 'production' WHERE model_id = 1")
        var policy = StakingPolicy()
        policy.maximumPerDay = day
        policy.dailyStopLoss = stop
        let limits = StakingLimits(policy)
        _ = try await pool.withConnection { try await StakingLimitStore.insert(limits, by: "test", $0) }
    }

    @Test func `shows no signal without limits`() async throws {
        try await withModelingDatabase { pool async throws in
            try await insertSignal(pool, race: 1, horse: 1, stake: 2, at: 0)
            #expect(try await actionable(pool).isEmpty)
            try await applyLimits(pool, day: 0.2, stop: 0.1)
            #expect(try await actionable(pool) == ["1:1 2.000 []"])
        }
    }

    @Test func `scales all stakes by the daily cap, in any order of arrival`() async throws {
        let stakes = [(1, 1, 4.0), (1, 2, 4.0), (2, 3, 8.0), (3, 4, 4.0)]
        for order in [stakes, stakes.reversed()] {
            try await withModelingDatabase { pool async throws in
                try await applyLimits(pool, day: 0.1, stop: 0.1)
                for (race, horse, stake) in order {
                    try await insertSignal(pool, race: race, horse: horse, stake: stake, at: 0)
                }
                // Signals of another day and backfilled signals do not count.
                try await insertSignal(pool, race: 9, horse: 9, stake: 1, at: 0, day: "2025-06-02")
                try await insertSignal(pool, race: 4, horse: 5, stake: 50, at: 0, origin: "backfill")
                let gate = #"["daily cap: 0.00 units struck, 20.00 more advised, at most 10.00"]"#
                #expect(
                    try await actionable(pool) == [
                        "1:1 2.000 \(gate)", "1:2 2.000 \(gate)", "2:3 4.000 \(gate)", "3:4 2.000 \(gate)",
                        "9:9 1.000 []",
                    ]
                )
            }
        }
    }

    @Test func `uses only the latest signals of a race`() async throws {
        try await withModelingDatabase { pool async throws in
            try await applyLimits(pool, day: 0.2, stop: 0.1)
            try await insertSignal(pool, race: 1, horse: 1, stake: 2, at: 0)
            try await insertSignal(pool, race: 1, horse: 2, stake: 1, at: 0)
            // Ten minutes later, horse 2 is withdrawn and horse 1 has no stake.
            try await insertSignal(pool, race: 1, horse: 1, stake: 0, at: 10)
            #expect(try await actionable(pool).isEmpty)
        }
    }

    @Test func `subtracts placed bets from the advice and from the daily cap`() async throws {
        try await withModelingDatabase { pool async throws in
            try await applyLimits(pool, day: 0.1, stop: 0.1)
            try await insertSignal(pool, race: 1, horse: 1, stake: 4, at: 0)
            try await insertSignal(pool, race: 2, horse: 2, stake: 8, at: 0)
            try await insertBet(pool, race: 1, stake: 3)
            try await insertBet(pool, race: 7, stake: 5)
            // 8 of 10 units are placed. The remaining 2 are shared by 1 unit on horse 1 and 8 units on horse 2.
            let lines = try await actionable(pool)
            #expect(
                lines.count == 2 && lines[0].hasPrefix("1:1 0.222 ") && lines[0].contains("struck already: 3.00 units"),
                "\(lines)"
            )
            #expect(
                lines[1].hasPrefix("2:2 1.778 ")
                    && lines[1].contains("8.00 units struck, 9.00 more advised, at most 10.00")
            )
        }
    }

    @Test func `shows only signals of production models`() async throws {
        try await withModelingDatabase { pool async throws in
            try await applyLimits(pool, day: 0.2, stop: 0.1)
            try await insertSignal(pool, race: 1, horse: 1, stake: 2, at: 0)
            try await pool.query("UPDATE modeling.models SET stage = 'archived' WHERE model_id = 1")
            #expect(try await actionable(pool).isEmpty)
        }
    }

    @Test func `drops races with a result, and all stakes after the daily stop-loss`() async throws {
        try await withModelingDatabase { pool async throws in
            try await applyLimits(pool, day: 0.2, stop: 0.1)
            try await insertSignal(pool, race: 1, horse: 1, stake: 2, at: 0)
            try await insertSignal(pool, race: 2, horse: 2, stake: 2, at: 0)
            try await pool.query(
                """
                INSERT INTO modeling.results (race_id, horse_id, race_date, off, is_handicap, position, withdrawn,
                                              revision)
                VALUES (1, 1, '2025-06-01', now(), false, 2, false, 1)
                """
            )
            #expect(try await actionable(pool) == ["2:2 2.000 []"])
            try await insertBet(pool, race: 1, stake: 10, profit: -10)
            #expect(try await actionable(pool) == [#"2:2 0.000 ["daily stop-loss: 10.00 units lost"]"#])
        }
    }
}

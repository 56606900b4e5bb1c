import Betting
import Messages
import ModelingStore
import Postgres
import Testing

@Suite struct BetStoreTests {
    private let off: Int64 = 1_700_000_000_000_000

    /// A win bet on race 5, placed 10 minutes before the off.
    ///
    /// - Parameter offset: microseconds added to the time of placement.
    private func placement(_ ref: String, horse: Int64 = 10, stake: Double = 2, offset: Int64 = 0) -> BetPlacement {
        var bet = BetPlacement()
        bet.betRef = ref
        bet.at = off - 600_000_000 + offset
        bet.raceID = 5
        bet.raceDay = 19_675
        bet.horseID = horse
        bet.side = "win"
        bet.odds = 4
        bet.stake = stake
        bet.source = "test"
        return bet
    }

    private func settlement(_ positions: [Int64: UInt32], revision: UInt32, withdrawn: Set<Int64> = [])
        -> RaceSettlement
    {
        var settlement = RaceSettlement()
        settlement.raceID = 5
        settlement.raceDay = 19_675
        settlement.off = off
        settlement.revision = revision
        settlement.runners = positions.sorted { $0.key < $1.key }.map { horse, position in
            var result = RunnerResult()
            result.horseID = horse
            result.position = position
            result.withdrawn = withdrawn.contains(horse)
            result.bsp = 3.5
            return result
        }
        return settlement
    }

    private func upsert(_ settlement: RaceSettlement, _ pool: PostgresPool) async throws {
        try await pool.withConnection { try await ResultStore.upsert([settlement], $0) }
    }

    private func openHorses(_ pool: PostgresPool) async throws -> [Int64] {
        try await pool.withConnection { try await BetStore.readOpen(races: [5], $0) }.map(\.horseID)
    }

    @Test func `does not reopen a bet that another system settled`() async throws {
        try await withModelingDatabase { pool async throws in
            try await pool.query(
                """
                INSERT INTO modeling.bets (ts, race_id, horse_id, side, odds, stake, pnl)
                VALUES (now(), 5, 10, 'win', 4, 1, -1), (now(), 5, 11, 'win', 4, 1, NULL)
                """
            )
            try await upsert(settlement([10: 1, 11: 2], revision: 1), pool)
            #expect(try await openHorses(pool) == [11])
        }
    }

    @Test func `rejects a different bet under a recorded ref`() async throws {
        try await withModelingDatabase { pool async throws in
            func insert(_ bets: [BetPlacement]) async throws -> Set<String> {
                try await pool.withConnection { try await BetStore.insert(bets, StakingPolicy(), $0) }
            }
            #expect(try await insert([placement("a"), placement("b")]).isEmpty)
            #expect(try await insert([placement("a")]).isEmpty, "the same bet again is not a conflict")
            #expect(try await insert([placement("a", stake: 3), placement("c")]) == ["a"])
            #expect(
                try await pool.query("SELECT stake FROM modeling.bets ORDER BY bet_ref").map {
                    try $0.get("stake", as: Double.self)
                } == [2, 2, 2]
            )
        }
    }

    @Test func `finds the runners withdrawn after a bet by the last live signals before it`() async throws {
        try await withModelingDatabase { pool async throws in
            // Horse 12 is priced in the morning but not 20 minutes before the off. Horse 13 is priced both times.
            try await pool.query(
                """
                INSERT INTO modeling.signals (as_of, race_id, horse_id, model_id, best_odds_win)
                SELECT to_timestamp($1::float8 / 1e6) - lead, 5, horse, 1, 4
                  FROM (VALUES (interval '3 hours', 10), (interval '3 hours', 12), (interval '3 hours', 13),
                               (interval '20 minutes', 10), (interval '20 minutes', 13)) AS v(lead, horse)
                """,
                [.double(Double(off))]
            )
            // A backfill omits withdrawn runners, so it does not show who was in the market at the time.
            try await pool.query(
                """
                INSERT INTO modeling.signals (as_of, race_id, horse_id, model_id, origin)
                VALUES (to_timestamp($1::float8 / 1e6) - interval '11 minutes', 5, 10, 1, 'backfill')
                """,
                [.double(Double(off))]
            )
            let bets = [
                placement("early", offset: -7_200_000_000),
                placement("late"),
                placement("unseen", offset: -14_400_000_000),
            ]
            _ = try await pool.withConnection { try await BetStore.insert(bets, StakingPolicy(), $0) }
            try await upsert(settlement([10: 1, 12: 0, 13: 0], revision: 1, withdrawn: [12, 13]), pool)
            let ids = try await pool.query("SELECT bet_id FROM modeling.bets ORDER BY bet_ref").map {
                try $0.get("bet_id", as: Int64.self)
            }
            let withdrawn = try await pool.withConnection { try await BetStore.readWithdrawnAfterBet(ids, $0) }
            #expect(
                withdrawn == [ids[0]: [12, 13], ids[1]: [13], ids[2]: [12, 13]],
                "a bet before the first signals counts all withdrawn runners"
            )
        }
    }

    @Test func `deletes the runners that a corrected result no longer has`() async throws {
        try await withModelingDatabase { pool async throws in
            try await upsert(settlement([10: 1, 11: 2, 99: 3], revision: 1), pool)
            try await upsert(settlement([10: 2, 11: 1, 12: 3], revision: 2), pool)
            try await upsert(settlement([10: 9, 99: 9], revision: 1), pool)
            let results = try await pool.withConnection { try await ResultStore.read(races: [5], $0) }[5] ?? []
            #expect(results.map(\.horseID) == [10, 11, 12] && results.map(\.outcome.position) == [2, 1, 3])
        }
    }
}

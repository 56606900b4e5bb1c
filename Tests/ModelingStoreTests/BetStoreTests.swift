import Betting
import Messages
import ModelingStore
import Postgres
import Testing

@Suite struct BetStoreTests {
    private let off: Int64 = 1_700_000_000_000_000

    private func placement(_ ref: String, horse: Int64 = 10, stake: Double = 2, at: Int64 = 0) -> BetPlacement {
        var bet = BetPlacement()
        (bet.betRef, bet.at, bet.raceID, bet.raceDay, bet.horseID) = (ref, off - 600_000_000 + at, 5, 19_675, horse)
        (bet.side, bet.odds, bet.stake, bet.source) = ("win", 4, stake, "test")
        return bet
    }

    private func settlement(_ positions: [Int64: UInt32], revision: UInt32, withdrawn: Set<Int64> = []) -> RaceSettlement {
        var settlement = RaceSettlement()
        (settlement.raceID, settlement.raceDay, settlement.off, settlement.revision) = (5, 19_675, off, revision)
        settlement.runners = positions.sorted { $0.key < $1.key }.map { horse, position in
            var result = RunnerResult()
            (result.horseID, result.position, result.withdrawn, result.bsp) = (horse, position, withdrawn.contains(horse), 3.5)
            return result
        }
        return settlement
    }

    private func write(_ pool: PostgresPool, _ settlement: RaceSettlement) async throws {
        try await pool.withConnection { try await ResultStore.write([settlement], $0) }
    }

    private func open(_ pool: PostgresPool) async throws -> [Int64] {
        try await pool.withConnection { try await BetStore.open(races: [5], $0) }.map(\.horseID)
    }

    @Test func aBetThatSomebodyElseSettledStaysAsItIs() async throws {
        try await withModelingDatabase { pool async throws in
            try await pool.query(
                "INSERT INTO modeling.bets (ts, race_id, horse_id, side, odds, stake, pnl) VALUES (now(), 5, 10, 'win', 4, 1, -1), (now(), 5, 11, 'win', 4, 1, NULL)"
            )
            try await write(pool, settlement([10: 1, 11: 2], revision: 1))
            #expect(try await open(pool) == [11], "theirs that is not settled is settled; the settled one stands")
        }
    }

    @Test func aRefNamesOneBet() async throws {
        try await withModelingDatabase { pool async throws in
            func record(_ bets: [BetPlacement]) async throws -> Set<String> {
                try await pool.withConnection { try await BetStore.record(bets, StakingPolicy(), $0) }
            }
            #expect(try await record([placement("a"), placement("b")]).isEmpty)
            #expect(try await record([placement("a")]).isEmpty, "the same again is the same bet")
            #expect(try await record([placement("a", stake: 3), placement("c")]) == ["a"], "another bet under its name is not recorded, and said so")
            #expect(
                try await pool.query("SELECT stake FROM modeling.bets ORDER BY bet_ref").map { try $0.get("stake", as: Double.self) } == [2, 2, 2])
        }
    }

    @Test func onlyARunnerOfTheLastSignalsWasWithdrawnAfterTheBet() async throws {
        try await withModelingDatabase { pool async throws in
            // horse 12 was priced in the morning and gone by the time of the second bet; horse 13 was there till after it
            try await pool.query(
                """
                INSERT INTO modeling.signals (as_of, race_id, horse_id, model_id, best_odds_win)
                SELECT to_timestamp($1::float8 / 1e6) - lead, 5, horse, 1, 4 FROM (VALUES
                    (interval '3 hours', 10), (interval '3 hours', 12), (interval '3 hours', 13), (interval '20 minutes', 10), (interval '20 minutes', 13)
                ) AS v(lead, horse)
                """, [.double(Double(off))])
            let early = placement("early", at: -7_200_000_000), late = placement("late"), unseen = placement("unseen", at: -14_400_000_000)
            // made afterwards, a backfill knows no runner that is gone, and says nothing of what was known then
            try await pool.query(
                "INSERT INTO modeling.signals (as_of, race_id, horse_id, model_id, origin) VALUES (to_timestamp($1::float8 / 1e6) - interval '11 minutes', 5, 10, 1, 'backfill')",
                [.double(Double(off))])
            _ = try await pool.withConnection { try await BetStore.record([early, late, unseen], StakingPolicy(), $0) }
            try await write(pool, settlement([10: 1, 12: 0, 13: 0], revision: 1, withdrawn: [12, 13]))
            let ids = try await pool.query("SELECT bet_id FROM modeling.bets ORDER BY bet_ref").map { try $0.get("bet_id", as: Int64.self) }
            let withdrawn = try await pool.withConnection { try await BetStore.withdrawnAfterBet(ids, $0) }
            #expect(withdrawn == [ids[0]: [12, 13], ids[1]: [13], ids[2]: [12, 13]], "before the first signals nobody knows who was there")
        }
    }

    @Test func aCorrectedResultDropsTheRunnersItNoLongerHas() async throws {
        try await withModelingDatabase { pool async throws in
            try await write(pool, settlement([10: 1, 11: 2, 99: 3], revision: 1))
            try await write(pool, settlement([10: 2, 11: 1, 12: 3], revision: 2))
            try await write(pool, settlement([10: 9, 99: 9], revision: 1))
            let results = try await pool.withConnection { try await ResultStore.read(races: [5], $0) }[5] ?? []
            #expect(results.map(\.horseID) == [10, 11, 12] && results.map(\.outcome.position) == [2, 1, 3])
        }
    }
}

import Messages
import ModelingStore
import Racing
import RacingStore
import Testing

@Suite struct SettlementStoreTests {
    private func race() throws -> ScheduledRace {
        ScheduledRace(
            key: RaceKey(raceID: 5, day: CalendarDay(19_675)),
            off: Instant(microseconds: 1_700_000_000_000_000),
            isHandicap: false
        )
    }

    private func result(lastTraded: Double?, sp: Double = 4) throws -> OfficialResult {
        OfficialResult(
            runnerID: 7,
            horseID: 3,
            finish: try Finish("1"),
            bsp: nil,
            placeBSP: nil,
            lastTraded: lastTraded,
            sp: sp,
            placePaid: nil
        )
    }

    @Test func `a closing price stays known when the live prices are purged`() async throws {
        try await withModelingDatabase { pool async throws in
            func upsert(_ result: OfficialResult) async throws -> [RaceSettlement] {
                let race = try race()
                return try await pool.withConnection { try await SettlementStore.upsert([(race, [result])], $0) }
            }
            let first = try await upsert(result(lastTraded: 3.85))
            #expect(first.map(\.revision) == [1])
            try await pool.withConnection { try await SettlementStore.markEmitted(first, $0) }
            #expect(try await upsert(result(lastTraded: 3.85)).isEmpty)
            #expect(try await upsert(result(lastTraded: nil)).isEmpty, "nothing has changed")
            let corrected = try await upsert(result(lastTraded: nil, sp: 4.5))
            #expect(corrected.map(\.revision) == [2] && corrected.first?.runners.first?.lastTraded == 3.85)
        }
    }

    @Test func `a race that was settled by an earlier version keeps its revision`() async throws {
        try await withModelingDatabase { pool async throws in
            let race = try race()
            let known = try result(lastTraded: 3.85)
            func upsert() async throws -> [RaceSettlement] {
                try await pool.withConnection { try await SettlementStore.upsert([(race, [known])], $0) }
            }
            let first = try await upsert()
            try await pool.withConnection { try await SettlementStore.markEmitted(first, $0) }
            try await pool.query("UPDATE modeling.settlements SET last_traded = NULL")
            #expect(try await upsert().isEmpty)
            let prices: String = try await pool.query("SELECT last_traded->>'7' AS price FROM modeling.settlements")[0]
                .get("price")
            #expect(prices == "3.85")
        }
    }
}

import Messages
import ModelingStore
import Postgres
import Testing

@Suite struct SignalStoreTests {
    private func message(_ p: Double, _ origin: Origin, revision: UInt32, horses: [Int64] = [10, 11]) -> RaceSignals {
        var message = RaceSignals()
        message.raceID = 5
        message.asOf = 1_700_000_000_000_000
        message.origin = origin
        message.revision = revision
        message.model.modelID = 1
        message.signals = horses.map { horse in
            var signal = Signal()
            signal.horseID = horse
            signal.pWin = p
            signal.pModel = p
            signal.fairOddsWin = 1 / p
            signal.reasonsJson = "{}"
            return signal
        }
        return message
    }

    private func upsert(_ pool: PostgresPool, _ messages: RaceSignals...) async throws -> SignalWrite {
        try await pool.withConnection { try await SignalStore.upsert(messages, $0) }
    }

    private func probabilities(_ pool: PostgresPool) async throws -> [Double] {
        try await pool.query("SELECT p_win FROM modeling.signals ORDER BY horse_id").map { try $0.get("p_win") }
    }

    @Test func `replaces a row only by a higher revision or by a live row`() async throws {
        try await withModelingDatabase { pool async throws in
            #expect(try await upsert(pool, message(0.1, .backfill, revision: 2)).inserted == 2)
            #expect(
                try await upsert(pool, message(0.1, .backfill, revision: 2)).kept == 2,
                "a redelivery changes nothing"
            )
            #expect(
                try await upsert(pool, message(0.2, .backfill, revision: 1)).kept == 2,
                "an older revision changes nothing"
            )
            #expect(try await upsert(pool, message(0.3, .backfill, revision: 3)).replaced == 2)
            #expect(
                try await upsert(pool, message(0.4, .live, revision: 1)).replaced == 2,
                "a live row replaces a backfilled row"
            )
            #expect(
                try await upsert(pool, message(0.5, .backfill, revision: 99)).kept == 2,
                "a backfill never replaces a live row"
            )
            #expect(try await probabilities(pool) == [0.4, 0.4])
            // Within a batch the highest revision wins, in any order.
            #expect(
                try await upsert(pool, message(0.7, .live, revision: 3), message(0.6, .live, revision: 2)).replaced == 2
            )
            #expect(try await probabilities(pool) == [0.7, 0.7])
        }
    }

    @Test func `reports different payloads of one revision and writes neither`() async throws {
        try await withModelingDatabase { pool async throws in
            _ = try await upsert(pool, message(0.1, .live, revision: 1))
            let later = try await upsert(pool, message(0.2, .live, revision: 1))
            #expect(later.contradictions.count == 1 && later.contradictions[0].contains("race 5") && later.kept == 2)
            #expect(try await probabilities(pool) == [0.1, 0.1])
            let together = try await upsert(
                pool,
                message(0.3, .live, revision: 2, horses: [12]),
                message(0.4, .live, revision: 2, horses: [12])
            )
            #expect(together.contradictions.count == 1)
        }
    }

    @Test func `writes all messages of a batch or none`() async throws {
        try await withModelingDatabase { pool async throws in
            var unknownModel = message(0.5, .live, revision: 1)
            unknownModel.model.modelID = 77
            let batch = [message(0.1, .live, revision: 1), unknownModel]
            await #expect(throws: PostgresError.self) {
                try await pool.withConnection { try await SignalStore.upsert(batch, $0) }
            }
            #expect(try await probabilities(pool).isEmpty)
        }
    }
}

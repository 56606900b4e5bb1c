import Messages
import ModelingStore
import Postgres
import Testing

@Suite struct SignalWriterTests {
    private func message(_ p: Double, _ origin: Origin, revision: UInt32, horses: [Int64] = [10, 11]) -> RaceSignals {
        var message = RaceSignals()
        (message.raceID, message.asOf, message.origin, message.revision) = (5, 1_700_000_000_000_000, origin, revision)
        message.model.modelID = 1
        message.signals = horses.map { horse in
            var signal = Signal()
            (signal.horseID, signal.pWin, signal.pModel, signal.fairOddsWin, signal.reasonsJson) = (horse, p, p, 1 / p, "{}")
            return signal
        }
        return message
    }

    private func write(_ pool: PostgresPool, _ messages: RaceSignals...) async throws -> SignalWrite {
        try await pool.withConnection { try await SignalWriter.write(messages, $0) }
    }

    private func probabilities(_ pool: PostgresPool) async throws -> [Double] {
        try await pool.query("SELECT p_win FROM modeling.signals ORDER BY horse_id").map { try $0.get("p_win") }
    }

    @Test func aRowIsReplacedOnlyByAHigherRevisionOrByALiveOne() async throws {
        try await withModelingDatabase { pool async throws in
            #expect(try await write(pool, message(0.1, .backfill, revision: 2)).inserted == 2)
            #expect(try await write(pool, message(0.1, .backfill, revision: 2)).kept == 2, "a redelivery changes nothing")
            #expect(try await write(pool, message(0.2, .backfill, revision: 1)).kept == 2, "an older revision changes nothing")
            #expect(try await write(pool, message(0.3, .backfill, revision: 3)).replaced == 2)
            #expect(try await write(pool, message(0.4, .live, revision: 1)).replaced == 2, "a live row replaces a backfilled one")
            #expect(try await write(pool, message(0.5, .backfill, revision: 99)).kept == 2, "never the other way round")
            #expect(try await probabilities(pool) == [0.4, 0.4])
            // within one batch the strongest counts, whatever the order
            #expect(try await write(pool, message(0.7, .live, revision: 3), message(0.6, .live, revision: 2)).replaced == 2)
            #expect(try await probabilities(pool) == [0.7, 0.7])
        }
    }

    @Test func unequalPayloadsOfOneRevisionAreReportedAndChangeNothing() async throws {
        try await withModelingDatabase { pool async throws in
            _ = try await write(pool, message(0.1, .live, revision: 1))
            let later = try await write(pool, message(0.2, .live, revision: 1))
            #expect(later.contradictions.count == 1 && later.contradictions[0].contains("race 5") && later.kept == 2)
            #expect(try await probabilities(pool) == [0.1, 0.1])
            let together = try await write(pool, message(0.3, .live, revision: 2, horses: [12]), message(0.4, .live, revision: 2, horses: [12]))
            #expect(together.contradictions.count == 1)
        }
    }

    @Test func allOrNothing() async throws {
        try await withModelingDatabase { pool async throws in
            var stranger = message(0.5, .live, revision: 1)
            stranger.model.modelID = 77
            let both = [message(0.1, .live, revision: 1), stranger]
            await #expect(throws: PostgresError.self) { try await pool.withConnection { try await SignalWriter.write(both, $0) } }
            #expect(try await probabilities(pool).isEmpty)
        }
    }
}

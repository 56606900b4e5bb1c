import Messages
import ModelingStore
import Postgres
import Testing

/// Few rows travel as parameters, many are copied: each test runs with both.
@Suite(.timeLimit(.minutes(10))) struct SignalStoreTests {
    static let sizes = [2, 300]

    private func message(_ p: Double, _ origin: Origin, revision: UInt32, horses: ClosedRange<Int64>) -> RaceSignals {
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

    @Test(arguments: sizes) func `replaces a row only by a higher revision or by a live row`(size: Int) async throws {
        func message(_ p: Double, _ origin: Origin, revision: UInt32) -> RaceSignals {
            self.message(p, origin, revision: revision, horses: 10...Int64(9 + size))
        }
        try await withModelingDatabase { pool async throws in
            #expect(try await upsert(pool, message(0.1, .backfill, revision: 2)).inserted == size)
            #expect(
                try await upsert(pool, message(0.1, .backfill, revision: 2)).kept == size,
                "a redelivery changes nothing"
            )
            #expect(
                try await upsert(pool, message(0.2, .backfill, revision: 1)).kept == size,
                "an older revision changes nothing"
            )
            #expect(try await upsert(pool, message(0.3, .backfill, revision: 3)).replaced == size)
            #expect(
                try await upsert(pool, message(0.4, .live, revision: 1)).replaced == size,
                "a live row replaces a backfilled row"
            )
            #expect(
                try await upsert(pool, message(0.5, .backfill, revision: 99)).kept == size,
                "a backfill never replaces a live row"
            )
            #expect(try await probabilities(pool) == [Double](repeating: 0.4, count: size))
            // Within a batch the highest revision wins, in any order.
            #expect(
                try await upsert(pool, message(0.7, .live, revision: 3), message(0.6, .live, revision: 2)).replaced
                    == size
            )
            #expect(try await probabilities(pool) == [Double](repeating: 0.7, count: size))
        }
    }

    @Test(arguments: sizes) func `reports different payloads of one revision and writes neither`(size: Int)
        async throws
    {
        let horses = 10...Int64(9 + size)
        try await withModelingDatabase { pool async throws in
            _ = try await upsert(pool, message(0.1, .live, revision: 1, horses: horses))
            let later = try await upsert(pool, message(0.2, .live, revision: 1, horses: horses))
            #expect(later.contradictions.count == 1 && later.kept == size)
            #expect(later.contradictions.first?.hasPrefix("\(size) rows in the table, the first race 5") == true)
            #expect(try await probabilities(pool) == [Double](repeating: 0.1, count: size))
            let together = try await upsert(
                pool,
                message(0.3, .live, revision: 2, horses: 1000...1000),
                message(0.4, .live, revision: 2, horses: 1000...1000)
            )
            #expect(together.contradictions.count == 1)
        }
    }

    @Test func `inserts what is new and keeps what is there, in one batch`() async throws {
        func later(_ p: Double, revision: UInt32) -> RaceSignals {
            var later = message(p, .backfill, revision: revision, horses: 10...210)
            later.asOf += 1
            return later
        }
        try await withModelingDatabase { pool async throws in
            #expect(try await upsert(pool, later(0.1, revision: 2)).inserted == 201)
            let write = try await upsert(
                pool,
                message(0.2, .backfill, revision: 1, horses: 10...110),
                later(0.3, revision: 2)
            )
            #expect(write.inserted == 101 && write.replaced == 0 && write.kept == 201)
            #expect(write.contradictions.count == 1)
            #expect(try await probabilities(pool).count == 302)
        }
    }

    /// The publishers lock the races that they write; another client does not.
    @Test func `a batch is upserted if another client inserts one of its rows first`() async throws {
        try await withModelingDatabase { pool async throws in
            let batch = message(0.2, .live, revision: 1, horses: 10...310)
            let write = try await pool.withConnection { other in
                try await other.query("BEGIN")
                try await other.query(
                    """
                    INSERT INTO modeling.signals (as_of, race_id, horse_id, model_id, p_win, origin, revision)
                    VALUES ('2023-11-14 22:13:20+00', 5, 100, 1, 0.9, 'backfill', 3)
                    """
                )
                async let writing = upsert(pool, batch)
                while try await pool.query(
                    "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'transactionid'"
                ).isEmpty { try await Task.sleep(for: .milliseconds(10)) }
                try await other.query("COMMIT")
                return try await writing
            }
            #expect(write.inserted == 300 && write.replaced == 1 && write.kept == 0)
            #expect(try await probabilities(pool) == [Double](repeating: 0.2, count: 301))
        }
    }

    @Test(arguments: sizes) func `writes all messages of a batch or none`(size: Int) async throws {
        let horses = 10...Int64(9 + size)
        try await withModelingDatabase { pool async throws in
            var unknownModel = message(0.5, .live, revision: 1, horses: horses)
            unknownModel.model.modelID = 77
            let batch = [message(0.1, .live, revision: 1, horses: horses), unknownModel]
            await #expect(throws: PostgresError.self) {
                try await pool.withConnection { try await SignalStore.upsert(batch, $0) }
            }
            #expect(try await probabilities(pool).isEmpty)
        }
    }

    /// Optional values, and none of them.
    @Test func `both ways write the same columns`() async throws {
        var full = message(0.1, .live, revision: 7, horses: 10...10)
        full.raceDay = 20_000
        full.off = full.asOf + 600_000_000
        full.signals[0].pPlace = 0.3
        full.signals[0].pMarket = 0.2
        full.signals[0].blended = true
        full.signals[0].fairOddsPlace = 3.3
        full.signals[0].bestOddsWin = 11
        full.signals[0].bestOddsSource = "live"
        full.signals[0].ewPlaces = 3
        full.signals[0].ewFraction = 0.2
        full.signals[0].edgeWin = 0.1
        full.signals[0].edgeEw = 0.05
        full.signals[0].kellyFraction = 0.01
        full.signals[0].stakeUnits = 2
        full.signals[0].liquidityOk = true
        full.signals[0].reasonsJson = #"{"gates":["capped"]}"#
        var empty = message(0.2, .backfill, revision: 1, horses: 11...11)
        empty.signals[0].reasonsJson = ""
        let others = message(0.3, .live, revision: 1, horses: 1000...1300)
        try await withModelingDatabase { pool async throws in
            func rows() async throws -> [String] {
                try await pool.query(
                    """
                    SELECT (to_jsonb(s) - '{signal_id,written_at,created_at}'::text[])::text AS row
                      FROM modeling.signals s WHERE horse_id < 1000 ORDER BY horse_id
                    """
                ).map { try $0.get("row") }
            }
            _ = try await upsert(pool, full, empty)
            let sent = try await rows()
            try await pool.query("DELETE FROM modeling.signals")
            _ = try await upsert(pool, full, empty, others)
            #expect(try await rows() == sent)
            #expect(sent.count == 2 && sent[0].contains("capped"))
        }
    }
}

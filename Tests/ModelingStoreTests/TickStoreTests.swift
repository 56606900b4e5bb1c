import Messages
import ModelingStore
import Postgres
import Racing
import RacingStore
import Testing

@Suite struct TickStoreTests {
    private let day = CalendarDay(19_675)
    private func tick(_ race: Int64, _ seconds: Int64) -> Tick {
        Tick(key: RaceKey(raceID: race, day: day), asOf: Instant(microseconds: seconds * 1_000_000))
    }

    @Test func whatCouldNotGoOutInTimeIsLeft() async throws {
        try await withModelingDatabase { pool async throws in
            try await pool.query("UPDATE modeling.models SET stage = 'production'")
            try await pool.query("INSERT INTO modeling.model_bundles (model_id, sha256, bytes) VALUES (1, '', '')")
            let models = try await pool.withConnection { try await ModelRegistry.production($0) }
            let ticks = [tick(1, 1000), tick(1, 2000), tick(2, 2000)]
            try await pool.withConnection { connection in
                try await TickStore.record(ticks, models: models, connection)
                // a second scheduler's view changes nothing
                try await TickStore.record(ticks, models: [], connection)
            }
            func waiting(_ since: Int64) async throws -> [RaceRequest] {
                try await pool.withConnection { try await TickStore.waiting(since: Instant(microseconds: since * 1_000_000), $0) }
            }
            #expect(try await waiting(0).map(\.raceID) == [1, 1, 2])
            let fresh = try await waiting(1500)
            #expect(fresh.map(\.raceID) == [1, 2] && fresh.allSatisfy { $0.models.map(\.modelID) == [1] && $0.origin == .live })
            try await pool.withConnection { try await TickStore.markEmitted([#require(fresh.first)], $0) }
            #expect(try await waiting(1500).map(\.raceID) == [2])
        }
    }
}

import Messages
import ModelingStore
import Postgres
import Racing
import RacingStore
import Testing

@Suite struct TickStoreTests {
    private let day = CalendarDay(19_675)
    private func tick(race: Int64, second: Int64) -> Tick {
        Tick(key: RaceKey(raceID: race, day: day), asOf: Instant(microseconds: second * 1_000_000))
    }

    @Test func `reads pending ticks since a time and skips emitted ones`() async throws {
        try await withModelingDatabase { pool async throws in
            try await pool.query("UPDATE modeling.models SET stage = 'production'")
            try await pool.query("INSERT INTO modeling.model_bundles (model_id, sha256, bytes) VALUES (1, '', '')")
            let models = try await pool.withConnection { try await ModelRegistry.activeModels($0) }
            let ticks = [
                tick(race: 1, second: 1000), tick(race: 1, second: 2000), tick(race: 2, second: 2000),
            ]
            try await pool.withConnection { connection in
                try await TickStore.insert(ticks, models: models, since: Instant(microseconds: 0), connection)
                // A second scheduler changes nothing.
                try await TickStore.insert(ticks, models: [], since: Instant(microseconds: 0), connection)
            }
            func pending(since second: Int64) async throws -> [RaceRequest] {
                try await pool.withConnection {
                    try await TickStore.readPending(since: Instant(microseconds: second * 1_000_000), $0)
                }
            }
            #expect(try await pending(since: 0).map(\.raceID) == [1, 1, 2])
            let recent = try await pending(since: 1500)
            #expect(
                recent.map(\.raceID) == [1, 2]
                    && recent.allSatisfy { $0.models.map(\.modelID) == [1] && $0.origin == .live }
            )
            try await pool.withConnection { try await TickStore.markEmitted([#require(recent.first)], $0) }
            #expect(try await pending(since: 1500).map(\.raceID) == [2])
        }
    }
}

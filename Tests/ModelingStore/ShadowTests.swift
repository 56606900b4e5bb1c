import ModelingStore
import Postgres
import Racing
import RacingStore
import Testing

@Suite struct ShadowTests {
    @Test func `requests name a shadow next to production until it is promoted`() async throws {
        try await withModelingDatabase { pool async throws in
            try await pool.query(
                """
                INSERT INTO modeling.models (model_id, name, version, stage)
                VALUES (2, 'hrd', '1', 'production'), (3, 'hrd', '2', 'staging')
                """
            )
            try await pool.query(
                "INSERT INTO modeling.model_bundles (model_id, sha256, bytes) VALUES (2, 'x', ''), (3, 'y', '')"
            )
            let day = try #require(CalendarDay("2025-06-01"))
            let at = Instant(microseconds: 1_748_000_000_000_000)
            let tick = Tick(key: RaceKey(raceID: 7, day: day), asOf: at)
            try await pool.withConnection { connection in
                let challenger = try await ModelRegistry.find(name: "hrd", version: "2", connection)
                try await ModelRegistry.setShadow(true, challenger, connection)
                let models = try await ModelRegistry.activeModels(connection)
                #expect(models.map(\.modelID) == [2, 3] && models.map(\.isShadow) == [false, true])
                try await TickStore.insert([tick], models: models, since: Instant(microseconds: 0), connection)
                let request = try #require(try await TickStore.readPending(since: at, connection).first)
                #expect(request.models.map(\.modelID) == [2, 3] && request.models.map(\.shadow) == [false, true])

                try await ModelRegistry.promote(
                    challenger,
                    by: "me",
                    why: nil,
                    gateJSON: #"{"a": 1}"#,
                    overriddenBy: "A. Person",
                    connection
                )
                #expect(try await ModelRegistry.activeModels(connection).map(\.modelID) == [3])
                let promotion = try await connection.query(
                    "SELECT from_version, to_version, overridden_by, gate->>'a' AS a FROM modeling.promotions"
                )[0]
                #expect(
                    try promotion.get("from_version", as: String.self) == "1"
                        && promotion.get("overridden_by", as: String.self) == "A. Person"
                )
                #expect(try promotion.get("a", as: String.self) == "1")
            }
        }
    }
}

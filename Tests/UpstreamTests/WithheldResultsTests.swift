import Foundation
import Postgres
import Racing
import RacingStore
import Servers
import Simulation
import Testing
import Upstream

@Suite struct WithheldResultsTests {
    private static let schema = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../upstream/racing.sql").path

    private func content(_ pool: PostgresPool) async throws -> String {
        try await pool.query(
            """
            SELECT (SELECT md5(string_agg(t::text, '' ORDER BY runner_id)) FROM racing.runners t)
                   || (SELECT md5(string_agg(t::text, '' ORDER BY race_id)) FROM racing.races t) AS sum
            """)[0].get("sum")
    }

    @Test func aDaysResultsGoAndComeBackAsTheyWere() async throws {
        try await Servers.withDatabase { url async throws in
            let pool = PostgresPool(url)
            var settings = SimulationSettings()
            settings.seasons = 1
            let day = try #require(CalendarDay("2025-12-31"))
            let world = settings
            try await pool.withConnection { connection in
                try await UpstreamSchema.install(Self.schema, connection)
                _ = try await SimulationLoad.load(world, connection)
            }
            let before = try await content(pool)
            try await pool.withConnection { try await WithheldResults.withhold(day, $0) }
            let hidden = try await pool.query(
                """
                SELECT count(*) FILTER (WHERE pos_raw IS NOT NULL AND pos_raw <> 'NR') AS results,
                       count(*) FILTER (WHERE coalesce(win_bsp, place_bsp, secs, dec, ovr_btn) IS NOT NULL AND pos_raw IS DISTINCT FROM 'NR') AS later,
                       count(*) AS runners, count(win_morningwap) AS morning
                  FROM racing.runners WHERE race_date = '2025-12-31'
                """)[0]
            #expect(try hidden.get("results", as: Int.self) == 0 && hidden.get("later", as: Int.self) == 0)
            #expect(try hidden.get("runners", as: Int.self) > 30 && hidden.get("morning", as: Int.self) > 30, "what was known in the morning stays")
            let races = try await pool.query("SELECT race_id FROM racing.races WHERE race_date = '2025-12-31' AND prelim ORDER BY 1")
                .map { try $0.get("race_id", as: Int64.self) }
            #expect(races.count == 7)
            let worker = PostgresPool(url, setup: ["SET ROLE giddyup_worker"])
            let error = await #expect(throws: PostgresError.self) { try await worker.query("SELECT * FROM upstream.withheld_runners") }
            #expect(error?.sqlState == "42501", "no worker reads a result before its time")
            // a second time changes nothing
            try await pool.withConnection { try await WithheldResults.withhold(day, $0) }
            try await pool.withConnection { try await WithheldResults.reveal([races[0]], $0) }
            let open = try await pool.query("SELECT count(*) AS n FROM racing.races WHERE prelim")[0].get("n", as: Int.self)
            #expect(open == 6)
            try await pool.withConnection { try await WithheldResults.reveal(races, $0) }
            #expect(try await content(pool) == before)
        }
    }

    @Test func aSchemaOfSomebodyElseIsLeftAlone() async throws {
        try await Servers.withDatabase { url async throws in
            let pool = PostgresPool(url)
            try await pool.query("CREATE SCHEMA racing")
            let error = await #expect(throws: ImportError.self) {
                try await pool.withConnection { try await UpstreamSchema.install(Self.schema, $0) }
            }
            #expect(error?.message.contains("racing_loader") == true)
            #expect(try await pool.query("SELECT 1 FROM pg_tables WHERE schemaname = 'racing'").isEmpty)
        }
    }
}

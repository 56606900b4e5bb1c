import Foundation
import Postgres
import Racing
import RacingImport
import RacingStore
import Servers
import Simulation
import Testing

@Suite struct WithheldResultsTests {
    private static let schema = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
        "../../upstream/racing.sql"
    ).path

    private func checksum(_ pool: PostgresPool) async throws -> String {
        try await pool.query(
            """
            SELECT (SELECT md5(string_agg(t::text, '' ORDER BY runner_id)) FROM racing.runners t)
                   || (SELECT md5(string_agg(t::text, '' ORDER BY race_id)) FROM racing.races t) AS sum
            """
        )[0].get("sum")
    }

    @Test func `withholds the results of a day and restores them unchanged`() async throws {
        try await Servers.withDatabase { url async throws in
            let pool = PostgresPool(url)
            var settings = SimulationSettings()
            settings.seasons = 1
            let day = try #require(CalendarDay("2025-12-31"))
            let oneSeason = settings
            try await pool.withConnection { connection in
                try await RacingSchema.install(Self.schema, connection)
                _ = try await SimulationLoad.load(oneSeason, connection)
            }
            let original = try await checksum(pool)
            try await pool.withConnection { try await WithheldResults.withhold(day, $0) }
            let counts = try await pool.query(
                """
                SELECT count(*) FILTER (WHERE pos_raw IS NOT NULL AND pos_raw <> 'NR') AS results,
                       count(*) FILTER (WHERE coalesce(win_bsp, place_bsp, secs, dec, ovr_btn) IS NOT NULL
                                          AND pos_raw IS DISTINCT FROM 'NR') AS later,
                       count(*) AS runners, count(win_morningwap) AS morning
                  FROM racing.runners WHERE race_date = '2025-12-31'
                """
            )[0]
            #expect(try counts.get("results", as: Int.self) == 0 && counts.get("later", as: Int.self) == 0)
            #expect(
                try counts.get("runners", as: Int.self) > 30 && counts.get("morning", as: Int.self) > 30,
                "runners and morning prices stay"
            )
            let races = try await pool.query(
                "SELECT race_id FROM racing.races WHERE race_date = '2025-12-31' AND prelim ORDER BY 1"
            ).map { try $0.get("race_id", as: Int64.self) }
            #expect(races.count == 7)
            let worker = PostgresPool(url, setup: ["SET ROLE giddyup_worker"])
            let error = await #expect(throws: PostgresError.self) {
                try await worker.query("SELECT * FROM upstream.withheld_runners")
            }
            #expect(error?.sqlState == "42501", "workers cannot read withheld results")
            // Withholding again changes nothing.
            try await pool.withConnection { try await WithheldResults.withhold(day, $0) }
            try await pool.withConnection { try await WithheldResults.reveal([races[0]], $0) }
            let provisional = try await pool.query("SELECT count(*) AS n FROM racing.races WHERE prelim")[0]
            #expect(try provisional.get("n", as: Int.self) == 6)
            try await pool.withConnection { try await WithheldResults.reveal(races, $0) }
            #expect(try await checksum(pool) == original)
        }
    }

    @Test func `does not install into a schema that another role owns`() async throws {
        try await Servers.withDatabase { url async throws in
            let pool = PostgresPool(url)
            try await pool.query("CREATE SCHEMA racing")
            let error = await #expect(throws: ImportError.self) {
                try await pool.withConnection { try await RacingSchema.install(Self.schema, $0) }
            }
            #expect(error?.message.contains("racing_loader") == true)
            #expect(try await pool.query("SELECT 1 FROM pg_tables WHERE schemaname = 'racing'").isEmpty)
        }
    }
}

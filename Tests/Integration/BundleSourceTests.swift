import Foundation
import Postgres
import Testing

/// Scorers that read bundles from a source other than Postgres.
@Suite(.timeLimit(.minutes(20))) struct BundleSourceTests {
    @Test func `a scorer reads bundles from a folder`() async throws {
        try await TestFleet.with(.trained) { fleet async throws in
            let backfill = "backfill --from 2025-12-01 --to 2025-12-31"
            try await fleet.giddyup(backfill)
            let expected = try await fleet.checksum()
            let folder = fleet.folder + "/models"
            let printed = try await fleet.giddyup("models export hrd_win_prob --to", folder)
            #expect(printed.contains("hrd_win_prob-1.json"))

            try await fleet.pool.query("TRUNCATE modeling.signals")
            // Leave the folder as the only source.
            try await fleet.pool.query("DELETE FROM modeling.model_bundles")
            try await fleet.setting(["MODEL_BUNDLES": folder]).giddyup(backfill)
            #expect(try await fleet.checksum() == expected && expected.rows > 500)
        }
    }

    @Test(arguments: [("/nowhere/at/all", "postgres"), ("mlflow", "MLFLOW_TRACKING_URI")])
    func `a scorer exits if MODEL_BUNDLES names no source`(setting: String, complaint: String) async throws {
        try await TestFleet.with { fleet async throws in
            let scorer = try fleet.setting(["MODEL_BUNDLES": setting]).start("scorer")
            #expect(await scorer.wait() != 0)
            let log = fleet.log("scorer")
            #expect(log.contains("MODEL_BUNDLES=\(setting)") && log.contains(complaint), "\(log)")
        }
    }
}

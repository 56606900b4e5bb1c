import Foundation
import Postgres
import Servers
import Testing

/// Scorers that fetch bundles elsewhere than from Postgres.
@Suite struct BundleSourceTests {
    @Test func aScorerReadsBundlesFromAFolder() async throws {
        try await TestFleet.with { fleet async throws in
            try await fleet.prepare()
            try await fleet.giddyup("backfill", "--from", "2025-12-01", "--to", "2025-12-31")
            let expected = try await fleet.checksum()
            let folder = fleet.folder + "/models"
            #expect(try await fleet.giddyup("models", "export", "hrd_win_prob", "--to", folder).contains("hrd_win_prob-1.json"))
            try await fleet.pool.query("TRUNCATE modeling.signals")
            // the scorer has nothing else to go by
            try await fleet.pool.query("DELETE FROM modeling.model_bundles")
            try await fleet.setting(["MODEL_BUNDLES": folder]).giddyup("backfill", "--from", "2025-12-01", "--to", "2025-12-31")
            #expect(try await fleet.checksum() == expected && expected.rows > 500)
        }
    }

    @Test func aSettingThatNamesNoSourceIsRefused() async throws {
        try await TestFleet.with { fleet async throws in
            for (setting, words) in [("/nowhere/at/all", "neither postgres nor mlflow"), ("mlflow", "needs MLFLOW_TRACKING_URI")] {
                let scorer = try fleet.setting(["MODEL_BUNDLES": setting]).start("scorer")
                #expect(await scorer.wait() != 0)
                #expect(fleet.log("scorer").contains(words), "\(fleet.log("scorer"))")
            }
        }
    }
}

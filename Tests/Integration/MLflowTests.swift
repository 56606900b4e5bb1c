import Foundation
import ModelingStore
import Postgres
import Servers
import Testing

/// Uploads models to a real MLflow server, and predicts with them in Python.
@Suite(.timeLimit(.minutes(20)), .enabled(if: MLflowServer.isInstalled, "no MLflow: ./setup --mlflow"))
struct MLflowTests {
    @Test func `Python predicts the same probabilities as Swift`() async throws {
        try await TestFleet.with(.simulated(seed: 3)) { fleet async throws in
            try await trainsWithoutMLflow(fleet.setting(["MLFLOW_TRACKING_URI": "http://127.0.0.1:1"]))
            try await Servers.withDatabase { url async throws in
                try await MLflowServer.with(database: url, folder: fleet.folder + "-mlflow") { uri async throws in
                    let scenario = MLflowScenario(
                        fleet: fleet.setting(["MLFLOW_TRACKING_URI": uri]),
                        trackingURI: uri
                    )
                    try await uploadsAllModels(scenario)
                    try await promotionMovesTheAlias(scenario)
                    try await scorerReadsBundlesFromMLflow(scenario)
                }
            }
        }
    }

    /// The model is registered in Postgres and uploaded later.
    private func trainsWithoutMLflow(_ fleet: TestFleet) async throws {
        try await fleet.giddyup("train --to 2025-09-30 --fast")
        let models = try await fleet.json([RegisteredModel].self, "models list")
        #expect(models.map(\.stage) == [RegisteredModel.Stage.production])
        #expect(try await fleet.giddyup("models sync", expecting: 1).contains("UNREACHABLE"))
    }

    /// `models sync` uploads the first model, and training uploads the second.
    private func uploadsAllModels(_ scenario: MLflowScenario) async throws {
        let fleet = scenario.fleet
        #expect(try await fleet.giddyup("models sync").contains("models:/hrd_win_prob/1"))
        // A second sync changes nothing.
        #expect(try await fleet.giddyup("models sync").contains("models:/hrd_win_prob/1"))
        try await fleet.giddyup("train --to 2025-09-30 --fast --objective binary")
        let uris: [String?] = try await fleet.pool.query(
            "SELECT mlflow_uri FROM modeling.models ORDER BY model_id"
        ).map { try $0.find("mlflow_uri") }
        #expect(uris == ["models:/hrd_win_prob/1", "models:/hrd_win_prob/2"])
        try await scenario.expectSamePredictions(version: "1", model: "models:/hrd_win_prob@production")
        try await scenario.expectSamePredictions(version: "2", model: "models:/hrd_win_prob/2")
    }

    private func promotionMovesTheAlias(_ scenario: MLflowScenario) async throws {
        try await scenario.fleet.giddyup("models promote hrd_win_prob --latest --override", "A. Person")
        try await scenario.expectSamePredictions(version: "2", model: "models:/hrd_win_prob@production")
    }

    private func scorerReadsBundlesFromMLflow(_ scenario: MLflowScenario) async throws {
        let fleet = scenario.fleet
        let backfill = "backfill --from 2025-12-15 --to 2025-12-31 --model hrd_win_prob@1"
        try await fleet.giddyup(backfill)
        let expected = try await fleet.checksum()
        try await fleet.pool.query("TRUNCATE modeling.signals")
        try await fleet.pool.query("DELETE FROM modeling.model_bundles")
        try await fleet.setting(["MODEL_BUNDLES": "mlflow"]).giddyup(backfill)
        #expect(try await fleet.checksum() == expected && expected.rows > 200)
    }
}

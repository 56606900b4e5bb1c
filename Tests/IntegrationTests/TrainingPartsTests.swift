import Foundation
import ModelingStore
import Modelling
import Postgres
import Servers
import Testing

/// Models trained from the parts of a data set.
@Suite struct TrainingPartsTests {
    private func bundle(_ fleet: TestFleet, _ version: String) async throws -> ModelBundle {
        try await fleet.pool.withConnection { connection in
            try await ModelRegistry.bundle(modelID: ModelRegistry.find(name: "hrd_win_prob", version: version, connection).modelID, connection)
        }
    }

    @Test func partsTeachWhatTheDatabaseTeachesAndAMissingOneIsNamed() async throws {
        try await TestFleet.with { given async throws in
            let root = given.folder + "/artifacts"
            let fleet = given.setting(["ARTIFACT_ROOT": root])
            try await fleet.prepare()
            let train = ["train", "--to", "2025-09-30", "--fast", "--dataset", "ability"]
            let nothing = try await fleet.giddyup(train, expecting: 1)
            #expect(nothing.contains("has no part 2025-"), "\(nothing)")

            try await fleet.giddyup("dataset", "build", "--from", "2025-01-01", "--to", "2025-12-31")
            try await fleet.giddyup(train)
            let (plain, parts) = (try await bundle(fleet, "1"), try await bundle(fleet, "2"))
            #expect(parts.models == plain.models && parts.metrics == plain.metrics && parts.blends == plain.blends)
            #expect(plain.dataset?.hasPrefix("racing ") == true && parts.dataset?.hasPrefix("dataset ability ") == true)

            let path: String = try await fleet.pool.query("SELECT path FROM modeling.dataset_parts WHERE part = '2025-08'")[0].get("path")
            let whole = try Data(contentsOf: URL(fileURLWithPath: "\(root)/\(path)"))
            try whole.dropLast(100).write(to: URL(fileURLWithPath: "\(root)/\(path)"))
            #expect(try await fleet.giddyup(train, expecting: 1).contains("part 2025-08 of ability is not the file that the manifest names"))
            try FileManager.default.removeItem(atPath: "\(root)/\(path)")
            #expect(try await fleet.giddyup(train, expecting: 1).contains("part 2025-08 of ability is not there"))
            try await fleet.pool.query("DELETE FROM modeling.dataset_parts WHERE part = '2025-08'")
            #expect(try await fleet.giddyup(train, expecting: 1).contains("has no part 2025-08 in its manifest"))
            // days that the lost month is no part of can still be learnt from
            try await fleet.giddyup("train", "--to", "2025-07-31", "--fast", "--dataset", "ability")
            let stages: [String] = try await fleet.pool.query("SELECT stage FROM modeling.models ORDER BY model_id").map { try $0.get("stage") }
            #expect(stages == ["production", "staging", "staging"], "a training that failed registers nothing")
        }
    }

    /// kill -9 of the trainer leaves nothing half-registered, and the request is taken up again.
    @Test func aKilledTrainersRequestIsTakenUpAgain() async throws {
        try await TestFleet.with { fleet async throws in
            try await fleet.giddyup("migrate")
            try await fleet.giddyup("topics", "apply")
            try await fleet.giddyup("simulate", "--small", "--seasons", "1", "--seed", "3")
            let first = try fleet.start("trainer")
            try await fleet.wait { try await !fleet.pool.query("SELECT FROM modeling.workers WHERE worker = 'trainer'").isEmpty }
            async let training = fleet.giddyup("train", "--to", "2025-09-30", "--fast")
            try await fleet.wait { try await !fleet.pool.query("SELECT FROM modeling.training_runs WHERE stage LIKE 'fold %'").isEmpty }
            first.send(SIGKILL)
            await first.wait()
            #expect(try await fleet.pool.query("SELECT FROM modeling.models").isEmpty)
            let second = try fleet.start("trainer")
            #expect(try await training.contains("is in production"))
            let counts = try await fleet.pool.query(
                "SELECT (SELECT count(*) FROM modeling.models) AS models, (SELECT count(*) FROM modeling.model_bundles) AS bundles, (SELECT count(*) FROM modeling.promotions) AS promotions"
            )[0]
            #expect(try counts.get("models", as: Int.self) == 1 && counts.get("bundles", as: Int.self) == 1)
            #expect(try counts.get("promotions", as: Int.self) == 1)
            #expect(await second.stop() == 0)
        }
    }
}

import Foundation
import Modeling
import ModelingStore
import Postgres
import Testing

/// Trains models from the parts of a data set.
@Suite(.timeLimit(.minutes(20))) struct TrainingPartsTests {
    private static let train = "train --to 2025-09-30 --fast --dataset ability"

    @Test func `training from parts equals training from the database, and a faulty part is named`() async throws {
        try await TestFleet.with(.trained) { untouched async throws in
            let root = untouched.folder + "/artifacts"
            let fleet = untouched.setting(["ARTIFACT_ROOT": root])
            let withoutParts = try await fleet.giddyup(Self.train, expecting: 1)
            #expect(withoutParts.contains("no part 2025-"), "\(withoutParts)")

            try await fleet.giddyup("dataset build --from 2025-01-01 --to 2025-12-31")
            try await trainsTheSameModel(fleet)
            try await namesAFaultyPart(fleet, root)
            try await trainsOnEarlierMonths(fleet)
        }
    }

    private func trainsTheSameModel(_ fleet: TestFleet) async throws {
        try await fleet.giddyup(Self.train)
        let fromDatabase = try await bundle(fleet, "1")
        let fromParts = try await bundle(fleet, "2")
        #expect(fromParts.models == fromDatabase.models && fromParts.metrics == fromDatabase.metrics)
        #expect(fromParts.blends == fromDatabase.blends)
        #expect(fromDatabase.dataset?.hasPrefix("racing ") == true)
        #expect(fromParts.dataset?.hasPrefix("dataset ability ") == true)
    }

    private func bundle(_ fleet: TestFleet, _ version: String) async throws -> ModelBundle {
        try await fleet.pool.withConnection { connection in
            try await ModelRegistry.bundle(
                modelID: ModelRegistry.find(name: "hrd_win_prob", version: version, connection).modelID,
                connection
            )
        }
    }

    /// The part of August is truncated, then deleted, then removed from the manifest.
    private func namesAFaultyPart(_ fleet: TestFleet, _ root: String) async throws {
        let path: String = try await fleet.pool.query(
            "SELECT path FROM modeling.dataset_parts WHERE part = '2025-08'"
        )[0].get("path")
        let file = URL(fileURLWithPath: "\(root)/\(path)")
        try Data(contentsOf: file).dropLast(100).write(to: file)
        let truncated = try await fleet.giddyup(Self.train, expecting: 1)
        #expect(truncated.contains("part 2025-08") && truncated.contains("SHA-256"), "\(truncated)")

        try FileManager.default.removeItem(at: file)
        let deleted = try await fleet.giddyup(Self.train, expecting: 1)
        #expect(deleted.contains("part 2025-08") && deleted.contains(path), "\(deleted)")

        try await fleet.pool.query("DELETE FROM modeling.dataset_parts WHERE part = '2025-08'")
        let unlisted = try await fleet.giddyup(Self.train, expecting: 1)
        #expect(unlisted.contains("no part 2025-08") && unlisted.contains("manifest"), "\(unlisted)")
    }

    /// Days before the missing month can still be learned from. The failed trainings registered no model.
    private func trainsOnEarlierMonths(_ fleet: TestFleet) async throws {
        try await fleet.giddyup("train --to 2025-07-31 --fast --dataset ability")
        let stages: [String] = try await fleet.pool.query("SELECT stage FROM modeling.models ORDER BY model_id").map {
            try $0.get("stage")
        }
        #expect(stages == ["production", "staging", "staging"])
    }

    @Test func `SIGKILL of the trainer registers nothing, and another trainer handles the request`() async throws {
        try await TestFleet.with(.simulated(seed: 3)) { fleet async throws in
            let first = try fleet.start("trainer")
            try await fleet.wait {
                try await !fleet.pool.query("SELECT FROM modeling.workers WHERE worker = 'trainer'").isEmpty
            }
            async let training = fleet.json(Training.self, "train --to 2025-09-30 --fast")
            try await fleet.wait {
                try await !fleet.pool.query("SELECT FROM modeling.training_runs WHERE stage LIKE 'fold %'").isEmpty
            }
            first.send(SIGKILL)
            await first.wait()
            #expect(try await fleet.pool.query("SELECT FROM modeling.models").isEmpty)

            let second = try fleet.start("trainer")
            #expect(try await training.stage == "production")
            let counts = try await fleet.pool.query(
                """
                SELECT (SELECT count(*) FROM modeling.models) AS models,
                       (SELECT count(*) FROM modeling.model_bundles) AS bundles,
                       (SELECT count(*) FROM modeling.promotions) AS promotions
                """
            )[0]
            #expect(try counts.get("models", as: Int.self) == 1)
            #expect(try counts.get("bundles", as: Int.self) == 1)
            #expect(try counts.get("promotions", as: Int.self) == 1)
            #expect(await second.stop() == 0)
        }
    }

    private struct Training: Decodable { let stage: String }
}

import Foundation
import ModelingStore
import Postgres
import Testing
import WorkerRuntime
import WorkerServices

/// Builders and trainers must share one folder.
@Suite(.timeLimit(.minutes(20))) struct ArtifactRootTests {
    @Test func `workers accept the folder that they share, and no other`() async throws {
        try await TestFleet.with { fleet async throws in
            try await fleet.giddyup("migrate")
            let (shared, other) = (fleet.folder + "/shared", fleet.folder + "/other")
            // Several workers start at once.
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for _ in 0..<8 { tasks.addTask { try await ArtifactRoot.check(shared, fleet.pool) } }
                try await tasks.waitForAll()
            }
            try await ArtifactRoot.check(shared, fleet.pool)
            let error = await #expect(throws: FatalError.self) { try await ArtifactRoot.check(other, fleet.pool) }
            #expect(error?.message.contains(other) == true)

            let trainer = try fleet.setting(["ARTIFACT_ROOT": other]).start("trainer")
            let status = await trainer.wait()
            #expect(status == 1 && fleet.log("trainer").contains("mount the same volume"))

            let file = fleet.folder + "/file"
            try Data().write(to: URL(fileURLWithPath: file))
            await #expect(throws: FatalError.self) { try await ArtifactRoot.check(file, fleet.pool) }
        }
    }
}

import Logging
import Messages
import Modeling
import ModelingStore
import Postgres
import Racing
import Testing
import Trainer

/// A trainer that is stopped hands its training over to another one.
@Suite(.timeLimit(.minutes(20))) struct StoppedTrainingTests {
    @Test func `a training that a stop interrupts has not failed`() async throws {
        try await TestFleet.with(.simulated(seed: 3)) { fleet async throws in
            var request = TrainingRequest()
            request.requestID = "stopped"
            request.name = "hrd_win_prob"
            request.version = "stopped"
            request.objective = Objective.raceExploded.rawValue
            request.toDay = try #require(CalendarDay("2025-09-30")).number
            let (sent, pool) = (request, fleet.pool)
            func stage() async throws -> String? {
                try await pool.query("SELECT stage FROM modeling.training_runs WHERE request_id = 'stopped'")
                    .first?.get("stage")
            }
            let handler = TrainerHandler(pool, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            let training = Task { try await handler.handle([sent]) }
            try await fleet.wait { try await stage().map { !["reading", "features"].contains($0) } ?? false }
            training.cancel()
            await #expect(throws: CancellationError.self) { try await training.value }
            #expect(try await stage() != "failed")
        }
    }
}

import Messages
import ModelingStore
import Postgres

/// Writes the progress of one training request to modeling.training_runs.
struct TrainingProgress: Sendable {
    private let request: TrainingRequest
    private let pool: PostgresPool

    init(_ request: TrainingRequest, _ pool: PostgresPool) {
        self.request = request
        self.pool = pool
    }

    /// - Parameter share: how much of the request is done, 0 to 1.
    func report(_ stage: String, _ share: Double) async throws { try await upsert(stage, share) }

    func reportDone(modelID: Int64) async throws { try await upsert("done", 1, modelID: modelID) }

    func reportFailure(_ error: any Error) async throws { try await upsert("failed", 1, error: "\(error)") }

    private func upsert(_ stage: String, _ share: Double, error: String? = nil, modelID: Int64? = nil) async throws {
        try await pool.withConnection { connection in
            try await TrainingRunStore.upsert(
                requestID: request.requestID,
                name: request.name,
                version: request.version,
                stage: stage,
                progress: share,
                error: error,
                modelID: modelID,
                connection
            )
        }
    }
}

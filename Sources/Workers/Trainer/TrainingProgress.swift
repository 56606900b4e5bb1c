import Messages
import ModelingStore
import Postgres

/// Writes the progress of one attempt at a training request to modeling.training_runs.
struct TrainingProgress: Sendable {
    private let requestID: String
    private let attempt: Int
    private let pool: PostgresPool

    /// Begins an attempt.
    static func begin(_ request: TrainingRequest, _ pool: PostgresPool) async throws -> TrainingProgress {
        let attempt = try await pool.withConnection { connection in
            try await TrainingRunStore.begin(
                requestID: request.requestID,
                name: request.name,
                version: request.version,
                stage: "reading",
                connection
            )
        }
        return TrainingProgress(requestID: request.requestID, attempt: attempt, pool: pool)
    }

    /// - Parameter share: how much of the request is done, 0 to 1.
    /// - Throws: `AttemptSuperseded` if another trainer has begun a later attempt.
    func report(_ stage: String, _ share: Double) async throws {
        try await update(TrainingRunStore.State(stage: stage, progress: share))
    }

    func reportDone(modelID: Int64) async throws {
        try await update(TrainingRunStore.State(stage: "done", progress: 1, modelID: modelID))
    }

    func reportFailure(_ error: any Error) async throws {
        try await update(TrainingRunStore.State(stage: "failed", progress: 1, error: "\(error)"))
    }

    private func update(_ state: TrainingRunStore.State) async throws {
        let isCurrent = try await pool.withConnection { connection in
            try await TrainingRunStore.update(requestID: requestID, attempt: attempt, state, connection)
        }
        guard isCurrent else { throw AttemptSuperseded(requestID: requestID, attempt: attempt) }
    }
}

/// Another trainer has taken the request up since.
struct AttemptSuperseded: Error, CustomStringConvertible {
    let requestID: String
    let attempt: Int

    var description: String { "training request \(requestID): attempt \(attempt) was superseded by a later one" }
}

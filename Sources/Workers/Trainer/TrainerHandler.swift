import Datasets
import Kafka
import Learning
import LightGBM
import Logging
import Messages
import ModelArtifacts
import Modeling
import ModelingStore
import Postgres
import Racing
import WorkerRuntime

/// Turns training.requests into registered models.
public struct TrainerHandler: Handler {
    private let pool: PostgresPool
    private let root: String?
    private let mlflow: MLflowSync?
    private let logger: Logger

    /// - Parameters:
    ///   - root: `ARTIFACT_ROOT`, the folder of data sets. Without it, requests that name a data set fail.
    ///   - mlflow: copies models to MLflow; `nil` keeps them in Postgres only.
    public init(_ pool: PostgresPool, root: String? = nil, mlflow: MLflowSync? = nil, logger: Logger) {
        self.pool = pool
        self.root = root
        self.mlflow = mlflow
        self.logger = logger
    }

    public func decode(_ message: KafkaMessage) throws(ContractError) -> TrainingRequest {
        let request = try TrainingRequest.decode(message)
        guard Objective(rawValue: request.objective) != nil else {
            let accepted = Objective.allCases.map(\.rawValue).joined(separator: " or ")
            throw ContractError("objective \"\(request.objective)\" is not \(accepted)")
        }
        guard request.dataset.isEmpty || DatasetName.isValid(request.dataset) else {
            throw ContractError("\"\(request.dataset)\" is not a data set name: \(DatasetName.rule)")
        }
        return request
    }

    public func handle(_ batch: [TrainingRequest]) async throws -> [Outcome] {
        var outcomes: [Outcome] = []
        for request in batch {
            let progress = try await TrainingProgress.begin(request, pool)
            let job = TrainingJob(request, pool, root: root, mlflow: mlflow, progress: progress, logger: logger)
            do { outcomes.append(.done([try await job.run()])) } catch {
                // A worker that is stopping abandons the training, which another one takes up: it has not failed.
                try Task.checkCancellation()
                if classify(error) == .contract { try await progress.reportFailure(error) }
                outcomes.append(.failed(error))
            }
        }
        return outcomes
    }

    public func classify(_ error: any Error) -> ErrorClass {
        switch error {
        // The message now belongs to the trainer that took it up; if it comes here again, it is a new attempt.
        case is AttemptSuperseded: .transient
        // The data or the request is at fault: a retry would fail the same way.
        case is ModelingError, is LightGBMError, is StoreError, is RacingError: .contract
        default: .standard(error)
        }
    }
}

import Postgres

/// Reads and writes `modeling.training_runs`: the progress of training requests.
public enum TrainingRunStore {
    public struct State: Sendable, Equatable {
        public let stage: String
        /// The share of the work that is done, 0 to 1.
        public let progress: Double
        public let error: String?
        public let modelID: Int64?
    }

    /// Inserts or updates the state of a request.
    public static func upsert(
        requestID: String,
        name: String,
        version: String,
        stage: String,
        progress: Double,
        error: String? = nil,
        modelID: Int64? = nil,
        _ connection: PostgresConnection
    ) async throws {
        try await connection.query(
            """
            INSERT INTO modeling.training_runs (request_id, name, version, stage, progress, error, model_id)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (request_id) DO UPDATE SET
                   stage = excluded.stage, progress = excluded.progress, error = excluded.error,
                   model_id = excluded.model_id, updated_at = now()
            """,
            [
                .text(requestID),
                .text(name),
                .text(version),
                .text(stage),
                .double(progress),
                .text(error),
                .int(modelID),
            ]
        )
    }

    /// Reads the state of a request.
    ///
    /// - Returns: `nil` if no trainer has started it.
    public static func read(requestID: String, _ connection: PostgresConnection) async throws -> State? {
        try await connection.query(
            "SELECT stage, progress, error, model_id FROM modeling.training_runs WHERE request_id = $1",
            [.text(requestID)]
        ).first.map { row in
            State(
                stage: try row.get("stage"),
                progress: try row.get("progress"),
                error: try row.find("error"),
                modelID: try row.find("model_id")
            )
        }
    }
}

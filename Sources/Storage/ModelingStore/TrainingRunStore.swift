import Postgres

/// Reads and writes `modeling.training_runs`: the progress of training requests.
public enum TrainingRunStore {
    public struct State: Sendable, Equatable {
        public let stage: String
        /// The share of the work that is done, 0 to 1.
        public let progress: Double
        public let error: String?
        public let modelID: Int64?

        public init(stage: String, progress: Double, error: String? = nil, modelID: Int64? = nil) {
            self.stage = stage
            self.progress = progress
            self.error = error
            self.modelID = modelID
        }
    }

    /// Begins an attempt at a request. From then on, earlier attempts cannot change its state: a trainer that was
    /// stopped for a while does not overwrite what its successor writes.
    ///
    /// - Returns: the number of the attempt, from 1.
    public static func begin(
        requestID: String,
        name: String,
        version: String,
        stage: String,
        _ connection: PostgresConnection
    ) async throws -> Int {
        try await connection.query(
            """
            INSERT INTO modeling.training_runs AS r (request_id, name, version, stage, progress, attempt)
            VALUES ($1, $2, $3, $4, 0, 1)
            ON CONFLICT (request_id) DO UPDATE SET
                   stage = excluded.stage, progress = 0, error = NULL, model_id = NULL, attempt = r.attempt + 1,
                   updated_at = now()
            RETURNING attempt
            """,
            [.text(requestID), .text(name), .text(version), .text(stage)]
        )[0].get("attempt")
    }

    /// Updates the state of a request.
    ///
    /// - Returns: `false` if a later attempt has begun; nothing is changed then.
    public static func update(
        requestID: String,
        attempt: Int,
        _ state: State,
        _ connection: PostgresConnection
    ) async throws -> Bool {
        try await !connection.query(
            """
            UPDATE modeling.training_runs
               SET stage = $3, progress = $4, error = $5, model_id = $6, updated_at = now()
             WHERE request_id = $1 AND attempt = $2
            RETURNING 1
            """,
            [
                .text(requestID), .int(attempt), .text(state.stage), .double(state.progress), .text(state.error),
                .int(state.modelID),
            ]
        ).isEmpty
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

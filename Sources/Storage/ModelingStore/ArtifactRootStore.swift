import Postgres

/// Reads and writes `modeling.artifact_root`: the mark of the folder that builders and trainers share.
public enum ArtifactRootStore {
    /// Records the mark, unless there is one.
    ///
    /// - Returns: the mark that is recorded now.
    public static func claim(_ mark: String, _ connection: PostgresConnection) async throws -> String {
        try await connection.query(
            "INSERT INTO modeling.artifact_root (mark) VALUES ($1) ON CONFLICT DO NOTHING",
            [.text(mark)]
        )
        return try await connection.query("SELECT mark FROM modeling.artifact_root")[0].get("mark")
    }

    /// - Returns: `nil` if no worker has recorded a mark yet.
    public static func read(_ connection: PostgresConnection) async throws -> String? {
        try await connection.query("SELECT mark FROM modeling.artifact_root").first?.get("mark")
    }
}

import Postgres

/// Reads which schemas a database holds.
public enum SchemaStore {
    /// Returns whether the database holds the schema `racing` or the schema `modeling`.
    public static func holdsSchemas(_ connection: PostgresConnection) async throws -> Bool {
        try await connection.query(
            "SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname IN ('racing', 'modeling')) AS holds"
        )[0].get("holds")
    }
}

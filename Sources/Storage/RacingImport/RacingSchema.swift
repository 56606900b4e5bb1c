import Foundation
import Postgres

/// The development copy of the schema `racing`.
public enum RacingSchema {
    /// Creates the tables that are missing. Idempotent.
    ///
    /// - Parameter file: the path of `upstream/racing.sql`.
    /// - Throws: `ImportError` if the file cannot be read, or if a role other than `racing_loader` owns the schema:
    ///   then it is not a development copy, and development data must not be loaded into it.
    public static func install(_ file: String, _ superuser: PostgresConnection) async throws {
        guard let sql = try? String(contentsOfFile: file, encoding: .utf8) else {
            throw ImportError("cannot read \(file)")
        }
        try await superuser.transaction { connection in
            // Concurrent CREATE ... IF NOT EXISTS statements can fail with a unique violation.
            try await connection.query("SELECT pg_advisory_xact_lock(hashtext('giddyup.upstream'))")
            let row = try await connection.query(
                "SELECT pg_get_userbyid(nspowner) AS owner FROM pg_namespace WHERE nspname = 'racing'"
            ).first
            if let owner: String = try row?.get("owner"), owner != "racing_loader" {
                throw ImportError(
                    "schema racing belongs to \(owner), not to racing_loader: it is not a development copy, "
                        + "use another database"
                )
            }
            try await connection.script(sql)
        }
    }
}

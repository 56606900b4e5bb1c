import Foundation
import Postgres

/// The development-only copy of upstream's schema.
public enum UpstreamSchema {
    /// Creates what is missing. Re-runnable.
    ///
    /// - Parameter file: `upstream/racing.sql`.
    /// - Throws: `ImportError` where there is a schema `racing` that is somebody else's: development data does not belong there.
    public static func install(_ file: String, _ superuser: PostgresConnection) async throws {
        guard let sql = try? String(contentsOfFile: file, encoding: .utf8) else { throw ImportError("\(file) cannot be read") }
        try await superuser.transaction { connection in
            // two installations at once would meet in CREATE ... IF NOT EXISTS
            try await connection.query("SELECT pg_advisory_xact_lock(hashtext('giddyup.upstream'))")
            let owner = try await connection.query("SELECT pg_get_userbyid(nspowner) AS owner FROM pg_namespace WHERE nspname = 'racing'").first
            if let owner: String = try owner?.get("owner"), owner != "racing_loader" {
                throw ImportError("schema racing belongs to \(owner), not to racing_loader: it is no development copy, and nothing is loaded into it")
            }
            try await connection.script(sql)
        }
    }
}

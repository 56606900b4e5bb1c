import Foundation
import Postgres

/// The development-only copy of upstream's schema.
public enum UpstreamSchema {
    /// Creates what is missing. Re-runnable.
    ///
    /// - Parameter file: `upstream/racing.sql`.
    public static func install(_ file: String, _ superuser: PostgresConnection) async throws {
        guard let sql = try? String(contentsOfFile: file, encoding: .utf8) else { throw ImportError("\(file) cannot be read") }
        try await superuser.transaction { connection in
            // two installations at once would meet in CREATE ... IF NOT EXISTS
            try await connection.query("SELECT pg_advisory_xact_lock(hashtext('giddyup.upstream'))")
            try await connection.script(sql)
        }
    }
}

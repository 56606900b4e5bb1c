import Foundation
import Modeling
import Postgres

/// Reads and writes `modeling.leak_audits`, so that an audit of the same definitions and results runs only once.
public enum LeakAuditStore {
    /// Reads the audit of these feature definitions on these results.
    ///
    /// - Parameters:
    ///   - definition: the digest of the feature definitions.
    ///   - source: the digest of the results.
    /// - Returns: `nil` if there is none.
    public static func read(definition: String, source: String, _ connection: PostgresConnection) async throws
        -> LeakAuditPair?
    {
        try await connection.query(
            """
            SELECT permuted::text AS permuted, planted::text AS planted FROM modeling.leak_audits
             WHERE definition = $1 AND source = $2
            """,
            [.text(definition), .text(source)]
        ).first.map { row in
            let decoder = JSONDecoder()
            return LeakAuditPair(
                permuted: try decoder.decode(LeakAudit.self, from: Data(try row.get("permuted", as: String.self).utf8)),
                planted: try decoder.decode(LeakAudit.self, from: Data(try row.get("planted", as: String.self).utf8))
            )
        }
    }

    /// Inserts an audit, or replaces the one with the same key.
    public static func upsert(
        _ audit: LeakAuditPair,
        definition: String,
        source: String,
        _ connection: PostgresConnection
    ) async throws {
        func json(_ audit: LeakAudit) throws -> String {
            String(decoding: try JSONEncoder().encode(audit), as: UTF8.self)
        }
        try await connection.query(
            """
            INSERT INTO modeling.leak_audits (definition, source, passes, permuted, planted)
            VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (definition, source) DO UPDATE SET
                   passes = excluded.passes, permuted = excluded.permuted, planted = excluded.planted, at = now()
            """,
            [
                .text(definition),
                .text(source),
                .bool(audit.passes),
                .text(try json(audit.permuted)),
                .text(try json(audit.planted)),
            ]
        )
    }
}

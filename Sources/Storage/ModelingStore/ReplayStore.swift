import Postgres

/// Reads and writes `modeling.replays`: how far each replay of a topic has come.
public enum ReplayStore {
    public struct Run: Sendable, Equatable {
        public let id: Int64
        /// What is left to replay, as JSON.
        public let range: String
        public let sent: Int
        /// The revision of the requests that it sends; `nil` if it sends none.
        public let revision: Int?

        public init(id: Int64, range: String, sent: Int, revision: Int?) {
            self.id = id
            self.range = range
            self.sent = sent
            self.revision = revision
        }
    }

    /// Inserts a run.
    ///
    /// - Parameters:
    ///   - selection: what is replayed, in a canonical form.
    ///   - range: the offsets to replay, as JSON.
    ///   - sendsRequests: whether it takes a revision, which is higher than that of every backfill and replay before,
    ///     so that its signals replace theirs.
    public static func insert(
        selection: String,
        range: String,
        sendsRequests: Bool,
        by whom: String,
        _ connection: PostgresConnection
    ) async throws -> Run {
        let row = try await connection.transaction { connection in
            try await connection.query("LOCK TABLE modeling.backfills IN EXCLUSIVE MODE")
            return try await connection.query(
                """
                INSERT INTO modeling.replays (selection, range, by_whom, revision)
                SELECT $1, $2, $3, CASE WHEN $4 THEN \(BackfillStore.nextRevision) END
                RETURNING replay_id, revision
                """,
                [.text(selection), .text(range), .text(whom), .bool(sendsRequests)]
            )[0]
        }
        return Run(id: try row.get("replay_id"), range: range, sent: 0, revision: try row.find("revision"))
    }

    /// Reads the latest run of this selection that did not finish.
    public static func readInterrupted(selection: String, _ connection: PostgresConnection) async throws -> Run? {
        try await connection.query(
            """
            SELECT replay_id, range::text AS range, sent, revision FROM modeling.replays
             WHERE selection = $1 AND finished_at IS NULL ORDER BY replay_id DESC LIMIT 1
            """,
            [.text(selection)]
        ).first.map { row in
            Run(
                id: try row.get("replay_id"),
                range: try row.get("range"),
                sent: try row.get("sent"),
                revision: try row.find("revision")
            )
        }
    }

    /// Records how far a run has come.
    public static func update(_ run: Run, _ connection: PostgresConnection) async throws {
        try await connection.query(
            "UPDATE modeling.replays SET range = $2, sent = $3 WHERE replay_id = $1",
            [.int(run.id), .text(run.range), .int(run.sent)]
        )
    }

    public static func markFinished(id: Int64, _ connection: PostgresConnection) async throws {
        try await connection.query(
            "UPDATE modeling.replays SET finished_at = now() WHERE replay_id = $1",
            [.int(id)]
        )
    }
}

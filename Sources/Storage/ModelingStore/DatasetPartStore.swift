import Postgres

/// Reads and writes `modeling.dataset_parts`, the manifest of data sets, and `modeling.dataset_builds`, the outcomes of
/// build requests.
public enum DatasetPartStore {
    /// One month of a data set.
    public struct Part: Sendable, Equatable {
        public let dataset: String
        /// The month, such as 2024-07.
        public let part: String
        public let featureSet: Int
        public let featureSetHash: String
        /// The digest of the feature definitions.
        public let definition: String
        /// The digest of the source rows.
        public let source: String
        /// Relative to `ARTIFACT_ROOT`.
        public let path: String
        public let sha256: String
        public let bytes: Int
        public let races: Int
        public let rows: Int

        public init(
            dataset: String,
            part: String,
            featureSet: Int,
            featureSetHash: String,
            definition: String,
            source: String,
            path: String,
            sha256: String,
            bytes: Int,
            races: Int,
            rows: Int
        ) {
            self.dataset = dataset
            self.part = part
            self.featureSet = featureSet
            self.featureSetHash = featureSetHash
            self.definition = definition
            self.source = source
            self.path = path
            self.sha256 = sha256
            self.bytes = bytes
            self.races = races
            self.rows = rows
        }

        init(_ row: PostgresRow) throws {
            self.init(
                dataset: try row.get("dataset"),
                part: try row.get("part"),
                featureSet: try row.get("feature_set"),
                featureSetHash: try row.get("feature_set_hash"),
                definition: try row.get("definition"),
                source: try row.get("source"),
                path: try row.get("path"),
                sha256: try row.get("sha256"),
                bytes: try row.get("bytes"),
                races: try row.get("races"),
                rows: try row.get("rows")
            )
        }
    }

    private static let columns =
        "dataset, part, feature_set, feature_set_hash, definition, source, path, sha256, bytes, races, rows"

    /// Reads the parts with these keys. A key without a part is skipped.
    public static func read(_ keys: [(dataset: String, part: String)], _ connection: PostgresConnection) async throws
        -> [Part]
    {
        try await connection.query(
            """
            SELECT \(columns) FROM modeling.dataset_parts
              JOIN unnest($1::text[], $2::text[]) AS k(dataset, part) USING (dataset, part)
            """,
            [.texts(keys.map(\.dataset)), .texts(keys.map(\.part))]
        ).map { try Part($0) }
    }

    /// Reads all parts of a data set, ordered by month.
    public static func read(dataset: String, _ connection: PostgresConnection) async throws -> [Part] {
        try await connection.query(
            "SELECT \(columns) FROM modeling.dataset_parts WHERE dataset = $1 ORDER BY part",
            [.text(dataset)]
        ).map { try Part($0) }
    }

    /// Inserts a part, or replaces the part with the same key, unless another builder has replaced it meanwhile: a
    /// builder that was stopped for a while does not put an old part into the manifest.
    ///
    /// - Parameter previous: the part that the manifest held when the build began.
    /// - Returns: `false` if the manifest holds another part now; nothing is changed then.
    public static func upsert(
        _ part: Part,
        replacing previous: Part?,
        _ connection: PostgresConnection
    ) async throws -> Bool {
        try await !connection.query(
            """
            INSERT INTO modeling.dataset_parts AS d (\(columns))
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            ON CONFLICT (dataset, part) DO UPDATE SET
                   feature_set = excluded.feature_set, feature_set_hash = excluded.feature_set_hash,
                   definition = excluded.definition, source = excluded.source, path = excluded.path,
                   sha256 = excluded.sha256, bytes = excluded.bytes, races = excluded.races, rows = excluded.rows,
                   -- A redelivered request may build a part again that another builder has just built.
                   built_at = CASE WHEN d.sha256 = excluded.sha256 AND d.sha256 IS DISTINCT FROM $12 THEN d.built_at
                                   ELSE now() END
             WHERE d.sha256 IN ($12, excluded.sha256)
            RETURNING 1
            """,
            [
                .text(part.dataset),
                .text(part.part),
                .int(Int64(part.featureSet)),
                .text(part.featureSetHash),
                .text(part.definition),
                .text(part.source),
                .text(part.path),
                .text(part.sha256),
                .int(Int64(part.bytes)),
                .int(Int64(part.races)),
                .int(Int64(part.rows)),
                .text(previous?.sha256),
            ]
        ).isEmpty
    }

    /// The outcome of one part, and the reason for it.
    public struct PartOutcome: Sendable, Equatable {
        public let outcome: DatasetPartOutcome
        public let error: String?
    }

    /// Records the outcome of one part of a build request. A later attempt replaces a failure.
    public static func upsertOutcome(
        requestID: String,
        part: String,
        outcome: DatasetPartOutcome,
        error: String? = nil,
        _ connection: PostgresConnection
    ) async throws {
        try await connection.query(
            """
            INSERT INTO modeling.dataset_builds (request_id, part, outcome, error) VALUES ($1, $2, $3, $4)
            ON CONFLICT (request_id, part) DO UPDATE SET error = excluded.error, at = now(),
                   -- A redelivered request finds its part unchanged; the part was still built for this request.
                   outcome = CASE WHEN dataset_builds.outcome = 'built' AND excluded.outcome = 'unchanged' THEN 'built'
                                  ELSE excluded.outcome END
            """,
            [.text(requestID), .text(part), .text(outcome.rawValue), .text(error)]
        )
    }

    /// Reads the outcomes of a build request by part.
    public static func readOutcomes(requestID: String, _ connection: PostgresConnection)
        async throws -> [String: PartOutcome]
    {
        var outcomes: [String: PartOutcome] = [:]
        for row in try await connection.query(
            "SELECT part, outcome, error FROM modeling.dataset_builds WHERE request_id = $1",
            [.text(requestID)]
        ) {
            let name: String = try row.get("outcome")
            outcomes[try row.get("part")] = PartOutcome(
                outcome: DatasetPartOutcome(rawValue: name) ?? .failed,
                error: try row.find("error")
            )
        }
        return outcomes
    }
}

import Postgres

/// modeling.dataset_parts: which parts of data sets there are, and what each was made of.
public enum DatasetManifest {
    public struct Part: Sendable, Equatable {
        public let dataset: String
        public let part: String
        public let featureSet: Int
        public let featureSetHash: String
        public let definition: String
        public let source: String
        /// Relative to `ARTIFACT_ROOT`.
        public let path: String
        public let sha256: String
        public let bytes: Int
        public let races: Int
        public let rows: Int

        public init(
            dataset: String, part: String, featureSet: Int, featureSetHash: String, definition: String, source: String, path: String, sha256: String,
            bytes: Int, races: Int, rows: Int
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
                dataset: try row.get("dataset"), part: try row.get("part"), featureSet: try row.get("feature_set"),
                featureSetHash: try row.get("feature_set_hash"), definition: try row.get("definition"), source: try row.get("source"),
                path: try row.get("path"), sha256: try row.get("sha256"), bytes: try row.get("bytes"), races: try row.get("races"),
                rows: try row.get("rows"))
        }
    }

    private static let columns = "dataset, part, feature_set, feature_set_hash, definition, source, path, sha256, bytes, races, rows"

    public static func read(_ keys: [(dataset: String, part: String)], _ connection: PostgresConnection) async throws -> [Part] {
        try await connection.query(
            """
            SELECT \(columns) FROM modeling.dataset_parts JOIN unnest($1::text[], $2::text[]) AS k(dataset, part) USING (dataset, part)
            """, [.texts(keys.map(\.dataset)), .texts(keys.map(\.part))]
        ).map { try Part($0) }
    }

    /// All parts of a data set, in order.
    public static func read(dataset: String, _ connection: PostgresConnection) async throws -> [Part] {
        try await connection.query("SELECT \(columns) FROM modeling.dataset_parts WHERE dataset = $1 ORDER BY part", [.text(dataset)])
            .map { try Part($0) }
    }

    public static func enter(_ part: Part, _ connection: PostgresConnection) async throws {
        try await connection.query(
            """
            INSERT INTO modeling.dataset_parts (\(columns)) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            ON CONFLICT (dataset, part) DO UPDATE SET feature_set = excluded.feature_set, feature_set_hash = excluded.feature_set_hash,
                   definition = excluded.definition, source = excluded.source, path = excluded.path, sha256 = excluded.sha256,
                   bytes = excluded.bytes, races = excluded.races, rows = excluded.rows, built_at = now()
            """,
            [
                .text(part.dataset), .text(part.part), .int(Int64(part.featureSet)), .text(part.featureSetHash), .text(part.definition),
                .text(part.source), .text(part.path), .text(part.sha256), .int(Int64(part.bytes)), .int(Int64(part.races)), .int(Int64(part.rows)),
            ])
    }

    /// What became of one part of a request. A part that failed may still be built by a later attempt.
    public static func report(requestID: String, part: String, outcome: String, error: String? = nil, _ connection: PostgresConnection) async throws {
        try await connection.query(
            """
            INSERT INTO modeling.dataset_builds (request_id, part, outcome, error) VALUES ($1, $2, $3, $4)
            ON CONFLICT (request_id, part) DO UPDATE SET error = excluded.error, at = now(),
                   -- delivered again after it was built, the request finds nothing to do
                   outcome = CASE WHEN dataset_builds.outcome = 'built' AND excluded.outcome = 'unchanged' THEN 'built' ELSE excluded.outcome END
            """, [.text(requestID), .text(part), .text(outcome), .text(error)])
    }

    /// Outcomes by part.
    public static func outcomes(requestID: String, _ connection: PostgresConnection) async throws -> [String: (outcome: String, error: String?)] {
        var outcomes: [String: (outcome: String, error: String?)] = [:]
        for row in try await connection.query("SELECT part, outcome, error FROM modeling.dataset_builds WHERE request_id = $1", [.text(requestID)]) {
            outcomes[try row.get("part")] = (try row.get("outcome"), try row.find("error"))
        }
        return outcomes
    }
}

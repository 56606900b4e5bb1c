import CanonicalForm
import Expectations
import Postgres
import Racing

/// Writes `modeling.race_expectations` and `modeling.part_expectations`: the reports of expectation suites.
///
/// A later check of the same race or part replaces the earlier one.
public enum ExpectationStore {
    /// The report of one race, keyed by race, time and origin.
    public struct Race: Sendable {
        public let raceID: Int64
        public let asOf: Instant
        public let origin: String
        public let report: ExpectationReport

        public init(raceID: Int64, asOf: Instant, origin: String, report: ExpectationReport) {
            self.raceID = raceID
            self.asOf = asOf
            self.origin = origin
            self.report = report
        }
    }

    /// Inserts or replaces the reports of races. If a race occurs twice, the last report counts.
    public static func upsert(_ races: [Race], _ connection: PostgresConnection) async throws {
        // A batch may hold a redelivered race twice, but ON CONFLICT cannot update a row twice in one statement.
        var latest: [String: Race] = [:]
        for race in races { latest["\(race.raceID) \(race.asOf.microseconds) \(race.origin)"] = race }
        guard !latest.isEmpty else { return }
        let rows = latest.sorted { $0.key < $1.key }.map(\.value)
        let statement = PostgresStatement(
            """
            INSERT INTO modeling.race_expectations (race_id, as_of, origin, suite, critical, warnings, failures)
            SELECT race_id, as_of, origin, suite, critical, warnings, failures::jsonb
              FROM unnest($1::bigint[], $2::timestamptz[], $3::text[], $4::text[], $5::bigint[], $6::bigint[],
                          $7::text[])
                AS r(race_id, as_of, origin, suite, critical, warnings, failures)
            ON CONFLICT (race_id, as_of, origin) DO UPDATE SET
                   suite = excluded.suite, critical = excluded.critical, warnings = excluded.warnings,
                   failures = excluded.failures, checked_at = now()
            """,
            [
                .ints(rows.map(\.raceID)),
                .instants(rows.map(\.asOf.postgres)),
                .texts(rows.map(\.origin)),
                .texts(rows.map(\.report.suite)),
                .ints(rows.map { Int64($0.report.failures(.critical).count) }),
                .ints(rows.map { Int64($0.report.failures(.warning).count) }),
                .texts(try rows.map { try json($0.report) }),
            ],
            isPrepared: true
        )
        try await connection.query(statement)
    }

    /// Inserts or replaces the report of one part of a data set.
    public static func upsert(
        dataset: String,
        part: String,
        source: String,
        _ report: ExpectationReport,
        _ connection: PostgresConnection
    ) async throws {
        try await connection.query(
            """
            INSERT INTO modeling.part_expectations (dataset, part, source, suite, critical, warnings, failures)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (dataset, part) DO UPDATE SET
                   source = excluded.source, suite = excluded.suite, critical = excluded.critical,
                   warnings = excluded.warnings, failures = excluded.failures, checked_at = now()
            """,
            [
                .text(dataset),
                .text(part),
                .text(source),
                .text(report.suite),
                .int(report.failures(.critical).count),
                .int(report.failures(.warning).count),
                .text(try json(report)),
            ]
        )
    }

    private struct Failure: Encodable {
        let type, severity, found: String
        let column: String?
        let unexpectedCount, elementCount: Int
    }

    private static func json(_ report: ExpectationReport) throws -> String {
        let failures = report.failures.map {
            Failure(
                type: $0.expectation.type.rawValue,
                severity: $0.expectation.severity.rawValue,
                found: $0.description,
                column: $0.expectation.kwargs.column,
                unexpectedCount: $0.unexpectedCount,
                elementCount: $0.elementCount
            )
        }
        return try CanonicalJSON.text(failures)
    }
}

import Drift
import Postgres
import Racing
import RacingStore

/// Reads and writes `modeling.drift_runs` and `modeling.drift_columns`.
public enum DriftStore {
    /// Records a run in the caller's transaction.
    public static func insert(_ run: DriftRun, _ connection: PostgresConnection) async throws {
        let id: Int64 = try await connection.query(
            """
            INSERT INTO modeling.drift_runs (model_id, from_day, to_day, reference_from, reference_to, races,
                                             reference_rows, current_rows, columns, drifted)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING run_id
            """,
            [
                .int(run.modelID), .date(run.days.lowerBound.postgres), .date(run.days.upperBound.postgres),
                .date(run.referenceDays.lowerBound.postgres), .date(run.referenceDays.upperBound.postgres),
                .int(run.races), .int(run.referenceRows), .int(run.currentRows), .int(run.columns.count),
                .int(run.summary.drifted),
            ]
        )[0].get("run_id")
        _ = try await connection.pipeline(run.columns.map { insert($0, id) })
    }

    private static func insert(_ column: DriftRun.Column, _ run: Int64) -> PostgresStatement {
        PostgresStatement(
            """
            INSERT INTO modeling.drift_columns (run_id, name, kind, test, score, psi, drifted, reference_missing,
                                                current_missing, reference_mean, current_mean, reference_spread,
                                                current_spread)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
            """,
            [
                .int(run), .text(column.name), .text(column.kind.rawValue), .text(column.test?.rawValue),
                .double(column.score), .double(column.psi), .bool(column.isDrifted),
                .double(column.reference.missingShare), .double(column.current.missingShare),
                .double(column.reference.mean), .double(column.current.mean), .doubles(column.reference.spread),
                .doubles(column.current.spread),
            ]
        )
    }

    /// Reads the latest run of each model, or of one, with its columns, the greatest index first.
    public static func readLatest(modelID: Int64? = nil, _ connection: PostgresConnection) async throws -> [DriftRun] {
        let rows = try await connection.query(
            """
            SELECT DISTINCT ON (d.model_id) d.*, m.name || ' ' || m.version AS model
              FROM modeling.drift_runs d JOIN modeling.models m USING (model_id)
             WHERE d.model_id = $1 OR $1 IS NULL AND m.stage = 'production'
             ORDER BY d.model_id, d.run_id DESC
            """,
            [.int(modelID)]
        )
        var runs: [DriftRun] = []
        for row in rows { runs.append(try await run(row, connection)) }
        return runs
    }

    private static func run(_ row: PostgresRow, _ connection: PostgresConnection) async throws -> DriftRun {
        func day(_ name: String) throws -> CalendarDay { CalendarDay(try row.get(name, as: PostgresDate.self)) }
        return DriftRun(
            model: try row.get("model"),
            modelID: try row.get("model_id"),
            days: try day("from_day")...day("to_day"),
            referenceDays: try day("reference_from")...day("reference_to"),
            races: try row.get("races"),
            referenceRows: try row.get("reference_rows"),
            currentRows: try row.get("current_rows"),
            columns: try await readColumns(row.get("run_id"), connection)
        )
    }

    private static func readColumns(
        _ run: Int64,
        _ connection: PostgresConnection
    ) async throws -> [DriftRun.Column] {
        try await connection.query(
            """
            SELECT *, array_to_string(reference_spread, ',') AS reference_texts,
                   array_to_string(current_spread, ',') AS current_texts
              FROM modeling.drift_columns WHERE run_id = $1 ORDER BY kind DESC, drifted DESC, psi DESC NULLS FIRST, name
            """,
            [.int(run)]
        ).map { row in
            func spread(_ name: String) throws -> [Double] {
                try row.get(name, as: String.self).split(separator: ",").compactMap { Double($0) }
            }
            return DriftRun.Column(
                name: try row.get("name"),
                kind: DriftRun.Kind(rawValue: try row.get("kind")) ?? .feature,
                test: try row.find("test", as: String.self).flatMap(DriftTest.init),
                score: try row.find("score"),
                psi: try row.find("psi"),
                isDrifted: try row.get("drifted"),
                reference: DriftRun.Summary(
                    missingShare: try row.get("reference_missing"),
                    mean: try row.find("reference_mean"),
                    spread: try spread("reference_texts")
                ),
                current: DriftRun.Summary(
                    missingShare: try row.get("current_missing"),
                    mean: try row.find("current_mean"),
                    spread: try spread("current_texts")
                )
            )
        }
    }
}

import Postgres
import Racing
import RacingStore

/// Reads and writes `modeling.scheduled_jobs`: what schedulers do at fixed times beside the ticks.
public enum ScheduledJobStore {
    /// A refit, with the versions that were decided when it became due.
    public struct Refit: Sendable, Equatable {
        public let name: String
        public let version: String
        public let parent: String
    }

    /// Claims a job for six hours.
    ///
    /// - Returns: when it was claimed; `nil` if it is done, or another scheduler is at it.
    public static func claim(_ job: String, dueAt: Instant, _ connection: PostgresConnection) async throws -> Instant? {
        try await connection.query(
            "INSERT INTO modeling.scheduled_jobs (job, due_at) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            [.text(job), .instant(dueAt.postgres)]
        )
        return try await connection.query(
            """
            UPDATE modeling.scheduled_jobs SET claimed_at = now()
             WHERE job = $1 AND due_at = $2 AND done_at IS NULL
               AND (claimed_at IS NULL OR claimed_at < now() - interval '6 hours')
            RETURNING claimed_at
            """,
            [.text(job), .instant(dueAt.postgres)]
        ).first.map { Instant(try $0.get("claimed_at", as: PostgresInstant.self)) }
    }

    /// A drift run that waits for a trainer.
    public struct DriftRequest: Sendable, Equatable {
        public let job: String
        public let dueAt: Instant
        public let claimedAt: Instant
        public let modelID: Int64
        /// The last day that is compared, and how many days.
        public let through: CalendarDay
        public let days: Int
    }

    /// Requests a comparison of a model's live features and predictions with its training data. Requesting it again
    /// changes nothing.
    public static func requestDrift(
        modelID: Int64,
        through: CalendarDay,
        days: Int,
        dueAt: Instant,
        _ connection: PostgresConnection
    ) async throws {
        try await connection.query(
            """
            INSERT INTO modeling.scheduled_jobs (job, due_at, detail)
            VALUES ('drift ' || $1, $2, jsonb_build_object('model_id', $1, 'days', $3::bigint, 'through', $4::date))
            ON CONFLICT DO NOTHING
            """,
            [.int(modelID), .instant(dueAt.postgres), .int(days), .date(through.postgres)]
        )
    }

    /// Claims the oldest drift run that is not done, for six hours.
    public static func claimDrift(_ connection: PostgresConnection) async throws -> DriftRequest? {
        try await connection.query(
            """
            UPDATE modeling.scheduled_jobs SET claimed_at = now()
             WHERE (job, due_at) = (
                   SELECT job, due_at FROM modeling.scheduled_jobs
                    WHERE job LIKE 'drift %' AND done_at IS NULL
                      AND (claimed_at IS NULL OR claimed_at < now() - interval '6 hours')
                    ORDER BY due_at, job LIMIT 1 FOR UPDATE SKIP LOCKED)
            RETURNING job, due_at, claimed_at, (detail ->> 'model_id')::bigint AS model_id,
                      (detail ->> 'days')::bigint AS days, (detail ->> 'through')::date AS through
            """
        ).first.map { row in
            DriftRequest(
                job: try row.get("job"),
                dueAt: Instant(try row.get("due_at", as: PostgresInstant.self)),
                claimedAt: Instant(try row.get("claimed_at", as: PostgresInstant.self)),
                modelID: try row.get("model_id"),
                through: CalendarDay(try row.get("through", as: PostgresDate.self)),
                days: try row.get("days")
            )
        }
    }

    /// Gives a claim back, so that the job is tried again. A claim that another scheduler has taken over since stays.
    public static func release(
        _ job: String,
        dueAt: Instant,
        claimedAt: Instant,
        _ connection: PostgresConnection
    ) async throws {
        try await connection.query(
            """
            UPDATE modeling.scheduled_jobs SET claimed_at = NULL
             WHERE job = $1 AND due_at = $2 AND claimed_at = $3 AND done_at IS NULL
            """,
            [.text(job), .instant(dueAt.postgres), .instant(claimedAt.postgres)]
        )
    }

    public static func markDone(_ job: String, dueAt: Instant, _ connection: PostgresConnection) async throws {
        try await connection.query(
            "UPDATE modeling.scheduled_jobs SET done_at = now() WHERE job = $1 AND due_at = $2",
            [.text(job), .instant(dueAt.postgres)]
        )
    }

    /// Decides the versions of a claimed refit: the parent is the version in production, the new one the next number.
    /// A refit that is claimed again keeps them, so that its request is the same.
    ///
    /// - Returns: `nil` if no version of that name with a bundle is in production.
    public static func refit(
        _ name: String,
        job: String,
        dueAt: Instant,
        _ connection: PostgresConnection
    ) async throws -> Refit? {
        let row = try await connection.query(
            """
            UPDATE modeling.scheduled_jobs j
               SET version = coalesce(j.version, (
                       SELECT coalesce(max(v.version::bigint), 0) + 1
                         -- A training that is under way has no model yet.
                         FROM (SELECT version FROM modeling.models WHERE name = $3
                               UNION ALL SELECT version FROM modeling.training_runs WHERE name = $3
                               UNION ALL SELECT version FROM modeling.scheduled_jobs WHERE job = $1) v
                        WHERE v.version ~ '^[0-9]{1,9}$')::text),
                   parent = coalesce(j.parent, p.version)
              FROM modeling.models p
             WHERE j.job = $1 AND j.due_at = $2 AND p.name = $3 AND p.stage = 'production'
               AND EXISTS (SELECT FROM modeling.model_bundles b WHERE b.model_id = p.model_id)
            RETURNING j.version, j.parent
            """,
            [.text(job), .instant(dueAt.postgres), .text(name)]
        ).first
        return try row.map {
            Refit(name: name, version: try $0.get("version"), parent: try $0.get("parent"))
        }
    }
}

import CanonicalForm
import Messages
import Postgres
import Racing
import RacingStore

/// A model as `modeling.ticks.models` names it.
private struct TickModel: Encodable {
    let name: String
    let version: String
    let modelID: Int64
    let shadow: Bool

    private enum CodingKeys: String, CodingKey {
        case name, version, shadow
        case modelID = "model_id"
    }

    init(_ model: RegisteredModel) {
        name = model.name
        version = model.version
        modelID = model.modelID
        shadow = model.stage != .production
    }
}

/// Reads and writes `modeling.ticks`: which race is due when, and with which models.
public enum TickStore {
    /// Inserts ticks. A tick that another scheduler inserted first keeps its models.
    ///
    /// - Parameter since: earlier ticks are too old to be emitted.
    public static func insert(
        _ ticks: [Tick],
        models: [RegisteredModel],
        since: Instant,
        _ connection: PostgresConnection
    ) async throws {
        guard !ticks.isEmpty else { return }
        let sorted = ticks.sorted { ($0.key.raceID, $0.asOf) < ($1.key.raceID, $1.asOf) }
        let modelsJSON = try CanonicalJSON.text(models.map(TickModel.init))
        try await connection.query(
            """
            INSERT INTO modeling.ticks (race_id, as_of, race_date, models, explain)
            SELECT race_id, as_of, race_date, $4::jsonb,
                   -- The first tick of a race that is emitted explains every runner. Concurrent schedulers agree on
                   -- which one it is.
                   coalesce(as_of = min(as_of) FILTER (WHERE as_of >= $5) OVER (PARTITION BY race_id), false)
                   AND NOT EXISTS (SELECT FROM modeling.ticks o
                                    WHERE o.race_id = t.race_id AND o.as_of < t.as_of
                                      AND (o.emitted_at IS NOT NULL OR o.as_of >= $5))
              FROM unnest($1::bigint[], $2::timestamptz[], $3::date[]) AS t(race_id, as_of, race_date)
            ON CONFLICT DO NOTHING
            """,
            [
                .ints(sorted.map(\.key.raceID)),
                .instants(sorted.map(\.asOf.postgres)),
                .dates(sorted.map(\.key.day.postgres)),
                .text(modelsJSON),
                .instant(since.postgres),
            ]
        )
    }

    /// The newest tick of any race.
    public static func readNewest(_ connection: PostgresConnection) async throws -> Instant? {
        try await connection.query("SELECT max(as_of) AS newest FROM modeling.ticks")[0]
            .find("newest", as: PostgresInstant.self).map { Instant($0) }
    }

    /// Marks the ticks that were never emitted and are too old to be emitted now.
    ///
    /// - Returns: these ticks.
    public static func skip(before since: Instant, _ connection: PostgresConnection) async throws -> [Tick] {
        try await connection.query(
            """
            UPDATE modeling.ticks SET skipped_at = now()
             WHERE emitted_at IS NULL AND skipped_at IS NULL AND as_of < $1
            RETURNING race_id, as_of, race_date
            """,
            [.instant(since.postgres)]
        ).map { row in
            let day = CalendarDay(try row.get("race_date", as: PostgresDate.self))
            return Tick(
                key: RaceKey(raceID: try row.get("race_id"), day: day),
                asOf: Instant(try row.get("as_of", as: PostgresInstant.self))
            )
        }
    }

    /// Reads the requests that were not emitted yet, ordered by time.
    ///
    /// - Parameters:
    ///   - since: earlier ticks are skipped, because they would be answered with later data.
    ///   - limit: the largest number of ticks to read.
    public static func readPending(since: Instant, limit: Int = 1000, _ connection: PostgresConnection) async throws
        -> [RaceRequest]
    {
        let rows = try await connection.query(
            """
            SELECT t.race_id, t.as_of, t.race_date, t.revision, t.explain, m.name, m.version, m.model_id,
                   coalesce(m.shadow, false) AS shadow, coalesce(r.feature_set_hash, '') AS feature_set_hash
              FROM (SELECT * FROM modeling.ticks WHERE emitted_at IS NULL AND skipped_at IS NULL
                       AND as_of >= $2
                     ORDER BY as_of, race_id LIMIT $1) t
             CROSS JOIN LATERAL jsonb_to_recordset(t.models)
                        AS m(name text, version text, model_id bigint, shadow boolean)
              LEFT JOIN modeling.models r ON r.model_id = m.model_id
             ORDER BY t.as_of, t.race_id, m.model_id
            """,
            [.int(limit), .instant(since.postgres)]
        )
        var requests: [RaceRequest] = []
        for row in rows {
            let raceID: Int64 = try row.get("race_id")
            let asOf = try row.get("as_of", as: PostgresInstant.self).microseconds
            if requests.last?.raceID != raceID || requests.last?.asOf != asOf {
                var request = RaceRequest()
                request.raceID = raceID
                request.asOf = asOf
                request.raceDay = CalendarDay(try row.get("race_date", as: PostgresDate.self)).number
                request.revision = UInt32(clamping: try row.get("revision", as: Int.self))
                request.origin = .live
                request.explain = try row.get("explain")
                requests.append(request)
            }
            var model = ModelReference()
            model.name = try row.get("name")
            model.version = try row.get("version")
            model.modelID = try row.get("model_id")
            model.shadow = try row.get("shadow")
            model.featureSetHash = try row.get("feature_set_hash")
            requests[requests.count - 1].models.append(model)
        }
        return requests
    }

    /// Raises the revision of ticks, so that what is sent under it replaces what was sent before.
    ///
    /// - Returns: the new revisions. A tick that is not recorded is absent.
    public static func raiseRevisions(_ ticks: Set<Tick.ID>, _ connection: PostgresConnection) async throws
        -> [Tick.ID: Int]
    {
        guard !ticks.isEmpty else { return [:] }
        let sorted = ticks.sorted { ($0.raceID, $0.asOf) < ($1.raceID, $1.asOf) }
        var revisions: [Tick.ID: Int] = [:]
        for row in try await connection.query(
            """
            UPDATE modeling.ticks t SET revision = t.revision + 1
              FROM unnest($1::bigint[], $2::timestamptz[]) AS q(race_id, as_of)
             WHERE t.race_id = q.race_id AND t.as_of = q.as_of
            RETURNING t.race_id, t.as_of, t.revision
            """,
            [.ints(sorted.map(\.raceID)), .instants(sorted.map { PostgresInstant(microseconds: $0.asOf) })]
        ) {
            let asOf = try row.get("as_of", as: PostgresInstant.self).microseconds
            revisions[Tick.ID(raceID: try row.get("race_id"), asOf: asOf)] = try row.get("revision")
        }
        return revisions
    }

    /// Marks the ticks of these requests as emitted.
    public static func markEmitted(_ requests: [RaceRequest], _ connection: PostgresConnection) async throws {
        try await connection.query(
            """
            UPDATE modeling.ticks t SET emitted_at = now()
              FROM unnest($1::bigint[], $2::timestamptz[]) AS q(race_id, as_of)
             WHERE t.race_id = q.race_id AND t.as_of = q.as_of
            """,
            [.ints(requests.map(\.raceID)), .instants(requests.map { PostgresInstant(microseconds: $0.asOf) })]
        )
    }
}

import Postgres
import Racing
import RacingStore

/// modeling.backfills: what was asked for, and how far it is.
public enum BackfillStore {
    /// Enters a run and gives it its revision: higher than that of any run before, so that its rows replace theirs.
    public static func begin(
        from first: CalendarDay, through last: CalendarDay, modelID: Int64, beforeOff seconds: Double, races: Int, _ connection: PostgresConnection
    ) async throws -> (id: Int64, revision: Int) {
        let row = try await connection.query(
            """
            INSERT INTO modeling.backfills (from_date, to_date, model_id, before_off, revision, races)
            SELECT $1, $2, $3, make_interval(secs => $4), coalesce(max(revision), 0) + 1, $5 FROM modeling.backfills
            RETURNING backfill_id, revision
            """, [.date(first.postgres), .date(last.postgres), .int(modelID), .double(seconds), .int(races)])[0]
        return (try row.get("backfill_id"), try row.get("revision"))
    }

    /// How many races of a run have their signals.
    public static func finished(revision: Int, modelID: Int64, from first: CalendarDay, through last: CalendarDay, _ connection: PostgresConnection)
        async throws -> Int
    {
        try await connection.query(
            "SELECT count(DISTINCT race_id) AS n FROM modeling.signals WHERE model_id = $1 AND origin = 'backfill' AND revision = $2",
            [.int(modelID), .int(revision)])[0].get("n")
    }
}

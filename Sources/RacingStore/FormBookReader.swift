import Features
import Postgres
import Racing

/// Reads the whole of the past into a form book.
public enum FormBookReader {
    /// - Returns: the book, and the races that were left out because a position of theirs cannot be read, with why.
    public static func read(_ connection: PostgresConnection, through last: CalendarDay? = nil) async throws -> (book: FormBook, skipped: [String]) {
        let until = last.map { " AND race_date <= '\($0)'" } ?? ""
        var races: [Int64: RaceFacts] = [:]
        try await connection.copyOut(
            "SELECT race_id, race_date, course_id, pattern, class, dist_f::float8, dist_m::int4, going, surface FROM racing.races WHERE true\(until)"
        ) { row in
            let id = try row.required(row.int8(), "race_id")
            races[id] = RaceFacts(
                raceID: id, day: CalendarDay(try row.required(row.date(), "race_date")), course: try row.required(row.int8(), "course_id"),
                pattern: try row.text(), raceClass: try row.text(), furlongs: try row.float8(), metres: try row.int4().map(Int.init),
                going: try row.text(),
                surface: try row.text())
        }
        var runs: [Int64: [(runner: RunnerFacts, result: PastResult)]] = [:]
        var faults: [Int64: String] = [:]
        try await connection.copyOut(
            """
            SELECT runner_id, race_id, horse_id, trainer_id, jockey_id, draw::int4, age::int4, lbs::int4, "or"::int4, hg, pos_raw, ovr_btn::float8,
                   secs::float8
              FROM racing.runners WHERE pos_raw IS NOT NULL\(until)
            """
        ) { row in
            let runnerID = try row.required(row.int8(), "runner_id")
            let raceID = try row.required(row.int8(), "race_id")
            let (horse, trainer, jockey) = (try row.required(row.int8(), "horse_id"), try row.int8(), try row.int8())
            let (draw, age, pounds, rating) = (try row.int4(), try row.int4(), try row.int4(), try row.int4())
            let headgear = try row.text()
            let raw = try row.required(row.text(), "pos_raw")
            let (beaten, seconds) = (try row.float8(), try row.float8())
            let finish: Finish
            do throws(RacingError) { finish = try Finish(raw) } catch {
                faults[raceID] = "race \(raceID): runner \(runnerID): \(error)"
                return
            }
            guard finish.isStarter else { return }
            runs[raceID, default: []].append(
                (
                    RunnerFacts(
                        runnerID: runnerID, horse: horse, trainer: trainer, jockey: jockey, draw: draw.map(Int.init), age: age.map(Int.init),
                        pounds: pounds.map(Int.init), officialRating: rating.map(Int.init), headgear: headgear),
                    PastResult(RunResult(finish: finish, beatenLengths: beaten, seconds: seconds))
                ))
        }
        let entries = runs.compactMap { id, runs in faults[id] == nil ? races[id].map { (race: $0, runs: runs) } : nil }
        return (FormBook(entries), faults.sorted { $0.key < $1.key }.map(\.value))
    }

    /// What changes when results arrive or are corrected in the last three weeks: cheap enough to ask often, for it reads few partitions.
    /// Older corrections come with the daily reload.
    public static func watermark(_ connection: PostgresConnection) async throws -> String {
        let row = try await connection.query(
            """
            WITH latest AS (SELECT coalesce(max(race_date), '0001-01-01') AS day FROM racing.races WHERE NOT prelim)
            SELECT count(*) FILTER (WHERE pos_raw IS NOT NULL)::text || ':' || coalesce(max(race_date) FILTER (WHERE pos_raw IS NOT NULL), '0001-01-01')
                   || ':' || coalesce(sum(hashtext(pos_raw || ':' || coalesce(ovr_btn, -1) || ':' || coalesce(secs, -1) || ':' || runner_id)::numeric), 0) AS mark
              FROM racing.runners WHERE race_date > (SELECT day - 21 FROM latest)
            """)[0]
        return try row.get("mark")
    }
}

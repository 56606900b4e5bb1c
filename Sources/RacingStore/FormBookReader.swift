import Features
import Postgres
import Racing

/// Reads the whole of the past into a form book.
public enum FormBookReader {
    /// - Parameter horizon: only days before it are read; nil: all.
    /// - Returns: the book, and the races that were left out because a position of theirs cannot be read, with why.
    public static func read(_ connection: PostgresConnection, before horizon: CalendarDay? = nil) async throws -> (book: FormBook, skipped: [String])
    {
        let until = horizon.map { " AND race_date < '\($0)'" } ?? ""
        var columns = FormBookColumns()
        try await connection.copyOut(
            "SELECT race_id, race_date, course_id, pattern, class, dist_f::float8, dist_m::int4, going, surface FROM racing.races WHERE true\(until)"
        ) { row in
            columns.add(
                RaceFacts(
                    raceID: try row.required(row.int8(), "race_id"), day: CalendarDay(try row.required(row.date(), "race_date")),
                    course: try row.required(row.int8(), "course_id"), pattern: try row.text(), raceClass: try row.text(),
                    furlongs: try row.float8(), metres: try row.int4().map(Int.init), going: try row.text(), surface: try row.text()))
        }
        let sires = try await SireReader.read(connection)
        var (finishes, headgears): ([String: Finish?], [String: Headgear.Worn]) = ([:], [:])
        var faults: [Int64: String] = [:]
        try await connection.copyOut(
            """
            SELECT runner_id, race_id, horse_id, trainer_id, jockey_id, blood_id, draw::int4, age::int4, lbs::int4, "or"::int4, hg, pos_raw,
                   ovr_btn::float8, secs::float8
              FROM racing.runners WHERE pos_raw IS NOT NULL\(until)
            """
        ) { row in
            let runnerID = try row.required(row.int8(), "runner_id")
            let raceID = try row.required(row.int8(), "race_id")
            let (horse, trainer, jockey) = (try row.required(row.int8(), "horse_id"), try row.int8(), try row.int8())
            let sire = try row.int8().flatMap { sires[$0] }
            let (draw, age, pounds, rating) = (try row.int4(), try row.int4(), try row.int4(), try row.int4())
            // a season has a few hundred different words: each is understood once
            let headgear = try row.text().map { words in
                if let known = headgears[words] { return known }
                let worn = Headgear.Worn(words)
                headgears[words] = worn
                return worn
            }
            let raw = try row.required(row.text(), "pos_raw")
            let (beaten, seconds) = (try row.float8(), try row.float8())
            let finish: Finish?
            if let known = finishes[raw] {
                finish = known
            } else {
                finish = try? Finish(raw)
                finishes[raw] = .some(finish)
            }
            guard let finish else {
                faults[raceID] = "race \(raceID): runner \(runnerID): \"\(raw)\" is not a position that is known"
                return
            }
            guard finish.isStarter else { return }
            columns.add(
                RunnerFacts(
                    runnerID: runnerID, horse: horse, trainer: trainer, jockey: jockey, sire: sire, draw: draw.map(Int.init),
                    age: age.map(Int.init), pounds: pounds.map(Int.init), officialRating: rating.map(Int.init), worn: headgear),
                PastResult(RunResult(finish: finish, beatenLengths: beaten, seconds: seconds)), race: raceID)
        }
        columns.leaveOut(Set(faults.keys))
        return (FormBook(columns), faults.sorted { $0.key < $1.key }.map(\.value))
    }

    /// The last day with a race that is no longer a card.
    public static func lastDay(_ connection: PostgresConnection) async throws -> CalendarDay? {
        try await connection.query("SELECT max(race_date) AS day FROM racing.races WHERE NOT prelim").first?
            .find("day", as: PostgresDate.self).map { CalendarDay($0) }
    }

    /// What changes when results of the three weeks before a day arrive or are corrected: cheap enough to ask often, for it reads few partitions.
    /// Older corrections come with the daily reading.
    public static func watermark(_ connection: PostgresConnection, before limit: CalendarDay) async throws -> String {
        let row = try await connection.query(
            """
            SELECT count(*)::text || ':' || coalesce(sum(hashtext(
                       concat_ws(':', pos_raw, ovr_btn, secs, runner_id, horse_id, trainer_id, jockey_id, lbs, "or", draw))::numeric), 0) AS mark
              FROM racing.runners WHERE race_date >= $1 AND race_date < $2 AND pos_raw IS NOT NULL
            """, [.date(limit.advanced(by: -21).postgres), .date(limit.postgres)])[0]
        return try row.get("mark")
    }
}

import Dispatch
import Features
import Postgres
import Racing

/// Reads the whole of the past into a form book.
public enum FormBookReader {
    /// The races first, then the runners in two halves of about the same size at once; what is made of them is made off the cooperative threads.
    ///
    /// - Parameter horizon: only days before it are read; nil: all.
    /// - Returns: the book, and the races that were left out because a position of theirs cannot be read, with why.
    public static func read(_ pool: PostgresPool, before horizon: CalendarDay? = nil) async throws -> (book: FormBook, skipped: [String]) {
        let until = horizon.map { "race_date < '\($0)'" } ?? "true"
        let (races, sires) = try await pool.withConnection { (try await readRaces(until, $0), try await SireReader.read($0)) }
        let halves = races.middleDay.map { ["\(until) AND race_date < '\($0)'", "\(until) AND race_date >= '\($0)'"] } ?? [until]
        let parts = try await withThrowingTaskGroup(of: (FormBookColumns, [Int64: String]).self) { group in
            for half in halves { group.addTask { try await pool.withConnection { try await readRunners(half, sires, $0) } } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        var (columns, faults) = (races, [Int64: String]())
        for part in parts {
            columns.add(part.0)
            faults.merge(part.1) { first, _ in first }
        }
        columns.leaveOut(Set(faults.keys))
        let all = columns
        let book = await withCheckedContinuation { done in DispatchQueue.global().async { done.resume(returning: FormBook(all)) } }
        return (book, faults.sorted { $0.key < $1.key }.map(\.value))
    }

    private static func readRaces(_ condition: String, _ connection: PostgresConnection) async throws -> FormBookColumns {
        var columns = FormBookColumns()
        // a season has a few hundred different words: each is understood once
        var known: [[String?]: RaceFacts.Conditions] = [:]
        try await connection.copyOut(
            "SELECT race_id, race_date, course_id, pattern, class, dist_f::float8, dist_m::int4, going, surface FROM racing.races WHERE \(condition)"
        ) { row in
            let (id, day) = (try row.required(row.int8(), "race_id"), CalendarDay(try row.required(row.date(), "race_date")))
            let course = try row.required(row.int8(), "course_id")
            let (pattern, raceClass) = (try row.text(), try row.text())
            let (furlongs, metres) = (try row.float8(), try row.int4().map(Int.init))
            let words = [pattern, raceClass, try row.text(), try row.text()]
            let conditions = known[words] ?? RaceFacts.Conditions(pattern: pattern, raceClass: raceClass, going: words[2], surface: words[3])
            known[words] = conditions
            columns.add(RaceFacts(raceID: id, day: day, course: course, furlongs: furlongs, metres: metres, conditions: conditions))
        }
        return columns
    }

    private static func readRunners(
        _ condition: String, _ sires: [Int64: Int64], _ connection: PostgresConnection
    ) async throws -> (FormBookColumns, [Int64: String]) {
        var (columns, faults) = (FormBookColumns(), [Int64: String]())
        var (finishes, headgears): ([String: Finish?], [String: Headgear.Worn]) = ([:], [:])
        try await connection.copyOut(
            """
            SELECT runner_id, race_id, horse_id, trainer_id, jockey_id, blood_id, draw::int4, age::int4, lbs::int4, "or"::int4, hg, pos_raw,
                   ovr_btn::float8, secs::float8
              FROM racing.runners WHERE pos_raw IS NOT NULL AND \(condition)
            """
        ) { row in
            let runnerID = try row.required(row.int8(), "runner_id")
            let raceID = try row.required(row.int8(), "race_id")
            let (horse, trainer, jockey) = (try row.required(row.int8(), "horse_id"), try row.int8(), try row.int8())
            let sire = try row.int8().flatMap { sires[$0] }
            let (draw, age, pounds, rating) = (try row.int4(), try row.int4(), try row.int4(), try row.int4())
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
        return (columns, faults)
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

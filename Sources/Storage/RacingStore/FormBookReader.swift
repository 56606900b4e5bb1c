import Dispatch
import Features
import Postgres
import Racing

/// Reads all past results into a form book.
public enum FormBookReader {
    /// Reads the races, then the runners in two halves of about equal size, concurrently.
    ///
    /// - Parameter horizon: only earlier days are read; `nil` means all days.
    /// - Returns: the form book, and for each race that was left out because of an unknown position, the reason.
    public static func read(_ pool: PostgresPool, before horizon: CalendarDay? = nil) async throws -> (
        book: FormBook, skipped: [String]
    ) {
        let until = horizon.map { "race_date < '\($0)'" } ?? "true"
        let (races, bloodlines) = try await pool.withConnection {
            (try await readRaces(until, $0), try await BloodlineReader.read($0))
        }
        let halves =
            races.middleDay.map { ["\(until) AND race_date < '\($0)'", "\(until) AND race_date >= '\($0)'"] } ?? [until]
        let parts = try await withThrowingTaskGroup(of: (FormBookColumns, [Int64: String]).self) { group in
            for half in halves {
                group.addTask { try await pool.withConnection { try await readRunners(half, bloodlines, $0) } }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        var columns = races
        var faults: [Int64: String] = [:]
        for part in parts {
            columns.add(part.0)
            faults.merge(part.1) { first, _ in first }
        }
        columns.leaveOut(Set(faults.keys))
        let allColumns = columns
        // Building the form book takes seconds and would block a thread of the cooperative pool.
        let book = await withCheckedContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(returning: FormBook(allColumns)) }
        }
        return (book, faults.sorted { $0.key < $1.key }.map(\.value))
    }

    private static func readRaces(_ condition: String, _ connection: PostgresConnection) async throws -> FormBookColumns
    {
        var columns = FormBookColumns()
        // A season has only a few hundred distinct combinations, so each is parsed once.
        var parsed: [[String?]: RaceFacts.Conditions] = [:]
        try await connection.copyOut(
            """
            SELECT race_id, race_date, course_id, pattern, class, dist_f::float8, dist_m::int4, going, surface
              FROM racing.races WHERE \(condition)
            """
        ) { row in
            let id = try row.required(row.int8(), "race_id")
            let day = CalendarDay(try row.required(row.date(), "race_date"))
            let course = try row.required(row.int8(), "course_id")
            let pattern = try row.text()
            let raceClass = try row.text()
            let furlongs = try row.float8()
            let metres = try row.int4().map(Int.init)
            let going = try row.text()
            let surface = try row.text()
            let key = [pattern, raceClass, going, surface]
            let conditions =
                parsed[key]
                ?? RaceFacts.Conditions(pattern: pattern, raceClass: raceClass, going: going, surface: surface)
            parsed[key] = conditions
            columns.add(
                RaceFacts(
                    raceID: id,
                    day: day,
                    course: course,
                    furlongs: furlongs,
                    metres: metres,
                    conditions: conditions
                )
            )
        }
        return columns
    }

    /// Parses positions, headgear and running positions. Each distinct short text is parsed once.
    private struct RunnerTextCache {
        private var finishes: [String: Finish?] = [:]
        private var headgears: [String: Headgear.Worn] = [:]
        private var styles: [String: RunningStyle] = [:]

        mutating func headgear(_ text: String) -> Headgear.Worn {
            if let headgear = headgears[text] { return headgear }
            let headgear = Headgear.Worn(text)
            headgears[text] = headgear
            return headgear
        }

        /// Most comments of a British season are distinct, so only short texts are worth keeping.
        mutating func style(_ text: String) -> RunningStyle {
            guard text.utf8.count <= 24 else { return RunningStyle(text) }
            if let style = styles[text] { return style }
            let style = RunningStyle(text)
            styles[text] = style
            return style
        }

        /// - Returns: `nil` if the position is unknown.
        mutating func finish(_ text: String) -> Finish? {
            if let finish = finishes[text] { return finish }
            let finish = try? Finish(text)
            finishes[text] = .some(finish)
            return finish
        }
    }

    private static func readRunners(
        _ condition: String,
        _ bloodlines: [Int64: Bloodline],
        _ connection: PostgresConnection
    ) async throws -> (FormBookColumns, [Int64: String]) {
        var columns = FormBookColumns()
        var faults: [Int64: String] = [:]
        var cache = RunnerTextCache()
        try await connection.copyOut(
            """
            SELECT runner_id, race_id, horse_id, trainer_id, jockey_id, blood_id, draw::int4, age::int4, lbs::int4,
                   "or"::int4, hg, pos_raw, ovr_btn::float8, secs::float8, comment
              FROM racing.runners WHERE pos_raw IS NOT NULL AND \(condition)
            """
        ) { row in
            let runnerID = try row.required(row.int8(), "runner_id")
            let raceID = try row.required(row.int8(), "race_id")
            let horse = try row.required(row.int8(), "horse_id")
            let trainer = try row.int8()
            let jockey = try row.int8()
            let bloodline = try row.int8().flatMap { bloodlines[$0] }
            let runner = RunnerFacts(
                runnerID: runnerID,
                horse: horse,
                trainer: trainer,
                jockey: jockey,
                sire: bloodline?.sire,
                damsire: bloodline?.damsire,
                draw: try row.int4().map(Int.init),
                age: try row.int4().map(Int.init),
                pounds: try row.int4().map(Int.init),
                officialRating: try row.int4().map(Int.init),
                worn: try row.text().map { cache.headgear($0) }
            )
            let position = try row.required(row.text(), "pos_raw")
            let beatenLengths = try row.float8()
            let seconds = try row.float8()
            let style = try row.text().map { cache.style($0) } ?? .unknown
            guard let finish = cache.finish(position) else {
                faults[raceID] = "race \(raceID): runner \(runnerID): unknown position \"\(position)\""
                return
            }
            guard finish.isStarter else { return }
            let result = RunResult(finish: finish, beatenLengths: beatenLengths, seconds: seconds, style: style)
            columns.add(runner, PastResult(result), race: raceID)
        }
        return (columns, faults)
    }

    /// Reads the last day that has a race with results.
    public static func lastDay(_ connection: PostgresConnection) async throws -> CalendarDay? {
        try await connection.query("SELECT max(race_date) AS day FROM racing.races WHERE NOT prelim").first?
            .find("day", as: PostgresDate.self).map { CalendarDay($0) }
    }

    /// Reads a checksum that changes if results of the three weeks before a day arrive or are corrected.
    ///
    /// The query is cheap enough to poll because it reads few partitions. Older corrections are found by the daily full
    /// read.
    public static func watermark(_ connection: PostgresConnection, before limit: CalendarDay) async throws -> String {
        let row = try await connection.query(
            """
            SELECT count(*)::text || ':' || coalesce(sum(hashtext(
                       concat_ws(':', u.pos_raw, u.ovr_btn, u.secs, u.runner_id, u.horse_id, u.trainer_id, u.jockey_id,
                                 u.lbs, u."or", u.draw, u.hg, u.comment, r.going, r.class, r.pattern, r.dist_f,
                                 r.dist_m, r.surface))::numeric), 0) AS mark
              FROM racing.runners u JOIN racing.races r USING (race_id, race_date)
             WHERE u.race_date >= $1 AND u.race_date < $2 AND r.race_date >= $1 AND r.race_date < $2
               AND u.pos_raw IS NOT NULL
            """,
            [.date(limit.advanced(by: -21).postgres), .date(limit.postgres)]
        )[0]
        return try row.get("mark")
    }
}

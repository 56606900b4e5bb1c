import Foundation
import Racing

/// Imports cards and results in the columns of rpscrape, a community scraper. A race with an invalid field is left out
/// entirely and listed in the report.
public struct RPScrapeImport: Sendable {
    public private(set) var races: [RaceRecord] = []
    public private(set) var runners: [RunnerRecord] = []
    public private(set) var report = ImportReport()

    static let columns = [
        "date", "course", "race_id", "off", "race_name", "type", "class", "pattern", "rating_band", "age_band",
        "sex_rest", "dist", "going", "ran", "num", "pos", "draw", "ovr_btn", "btn", "horse", "age", "sex", "wgt", "hg",
        "time", "sp", "jockey", "trainer", "prize", "or", "rpr", "sire", "dam", "damsire", "owner", "comment",
    ]

    /// - Throws: `ImportError` if the file cannot be read or a row has no race id.
    public init(_ path: String) throws(ImportError) {
        let file = try CSVFile(path, required: Self.columns)
        var order: [String] = []
        var rows: [String: [CSVFile.Row]] = [:]
        for index in 0..<file.count {
            let row = file.row(index)
            let key = try row.required("race_id")
            if rows[key] == nil { order.append(key) }
            rows[key, default: []].append(row)
        }
        report.races = order.count
        report.runners = file.count
        for key in order {
            do throws(ImportError) {
                // The corrections of a race that is left out do not count.
                var updated = report
                let (race, field) = try Self.race(key, rows[key] ?? [], &updated)
                races.append(race)
                runners += field
                report = updated
            } catch { report.skipped.append(ImportReport.Skip(race: key, why: error.message)) }
        }
    }

    private static func race(_ key: String, _ rows: [CSVFile.Row], _ report: inout ImportReport) throws(ImportError)
        -> (RaceRecord, [RunnerRecord])
    {
        guard let first = rows.first else { throw ImportError("race \(key) has no rows") }
        var race = try raceWithoutRunners(key, first)
        var field: [RunnerRecord] = []
        for row in rows {
            guard ["course", "off", "dist"].allSatisfy({ row.text($0) == first.text($0) }) else {
                throw row.fault("race_id", "the rows of race \(key) do not agree on course, off and distance")
            }
            field.append(try runner(row, race, number: field.count + 1, &report))
        }
        guard Set(field.map(\.horse)).count == field.count else {
            throw first.fault("horse", "race \(key) has a horse twice")
        }
        race.ran = field.count { $0.position != "NR" }
        return (race, field)
    }

    private static func raceWithoutRunners(_ key: String, _ row: CSVFile.Row) throws(ImportError) -> RaceRecord {
        guard let id = Int64(key), id > 0 else { throw row.fault("race_id", "\"\(key)\" is not a number") }
        let (course, region, isAllWeather) = splitCourse(try row.required("course"))
        var race = RaceRecord(raceID: id, key: key, day: try row.day("date"), region: region, course: course)
        let zone: TimeZone
        do throws(RacingError) { zone = try CourseZone.zone(region: region, course: course) } catch {
            throw row.fault("course", error.message)
        }
        let clock = try row.required("off")
        guard let off = BritishClock.off(clock, on: race.day, at: zone) else {
            throw row.fault("off", "\"\(clock)\" is not an off time at \(course)")
        }
        let distance = try row.required("dist")
        guard let furlongs = PublishedDistance.furlongs(distance) else {
            throw row.fault("dist", "\"\(distance)\" is not a distance such as 2m3½f")
        }
        race.off = off
        race.distance = distance
        race.furlongs = furlongs
        race.metres = Distance.metres(furlongs: furlongs)
        race.name = row.text("race_name")
        race.type = row.text("type")
        race.raceClass = row.text("class")
        race.pattern = row.text("pattern")
        race.ratingBand = row.text("rating_band")
        race.ageBand = row.text("age_band")
        race.sexRestriction = row.text("sex_rest")
        race.going = row.text("going")
        race.surface = isAllWeather ? "AW" : ["Fast", "Muddy", "Sloppy"].contains(race.going) ? "Dirt" : "Turf"
        return race
    }

    private static func runner(
        _ row: CSVFile.Row,
        _ race: RaceRecord,
        number: Int,
        _ report: inout ImportReport
    ) throws(ImportError) -> RunnerRecord {
        guard let runnerID = RunnerRecord.id(race: race.raceID, number: number) else {
            throw row.fault("race_id", "\"\(race.key)\" is too large, or has more than 99 runners")
        }
        var runner = RunnerRecord(
            runnerID: runnerID,
            key: "\(race.key)-\(number)",
            raceID: race.raceID,
            day: race.day,
            horse: try row.required("horse")
        )
        runner.jockey = row.text("jockey")
        runner.trainer = row.text("trainer")
        runner.owner = row.text("owner")
        runner.sire = row.text("sire")
        runner.dam = row.text("dam")
        runner.damsire = row.text("damsire")
        let position = try row.required("pos")
        let code = position.hasSuffix(".0") ? String(position.dropLast(2)) : position
        let finish: Finish
        do throws(RacingError) { finish = try Finish(code) } catch { throw row.fault("pos", error.message) }
        runner.position = finish.isStarter ? code : "NR"
        runner.number = try whole(row, "num")
        runner.draw = try whole(row, "draw")
        runner.age = try whole(row, "age")
        runner.sex = row.text("sex")
        runner.headgear = row.text("hg")
        runner.comment = row.text("comment")
        runner.time = presentText(row, "time")
        runner.officialRating = try whole(row, "or")
        runner.performanceRating = try whole(row, "rpr")
        // Only prizes in sterling are plain numbers; other currencies stay text.
        runner.prizeText = presentText(row, "prize")
        let prize = runner.prizeText.flatMap { Double($0.replacing(",", with: "")) }
        runner.prize = prize.flatMap { $0.isFinite ? $0 : nil }
        runner.beatenLengths = try parsed(row, "ovr_btn", "lengths", PublishedLengths.lengths)
        runner.lengthsToNext = try parsed(row, "btn", "lengths", PublishedLengths.lengths)
        runner.seconds = try parsed(row, "time", "a time such as 1:54.79", PublishedTime.seconds)
        runner.pounds = try parsed(row, "wgt", "a weight in stones and pounds such as 8-12", StonesPounds.pounds)
        if finish.isStarter, let odds = try parsed(row, "sp", "odds such as 16/1", FractionalOdds.decimal) {
            if odds < HongKongImport.lowestOdds {
                report.countCorrection("odds of under \(HongKongImport.lowestOdds) raised to it")
            }
            runner.odds = max(odds, HongKongImport.lowestOdds)
        }
        return runner
    }

    /// Splits a course name such as "Kempton (AW)", "Tokyo (JPN)" or "Ascot".
    static func splitCourse(_ text: String) -> (name: String, region: String, isAllWeather: Bool) {
        guard text.hasSuffix(")"), let open = text.lastIndex(of: "(") else { return (text, "GB", false) }
        let name = text[..<open].trimmingCharacters(in: .whitespaces)
        let code = String(text[text.index(after: open)...].dropLast())
        return code == "AW" ? (name, "GB", true) : (name, code, false)
    }

    /// - Returns: the field, or `nil` if it is empty or a dash.
    private static func presentText(_ row: CSVFile.Row, _ column: String) -> String? {
        row.text(column).flatMap { ["-", "–", "—"].contains($0) ? nil : $0 }
    }

    private static func parsed<T>(
        _ row: CSVFile.Row,
        _ column: String,
        _ expected: String,
        _ parse: (String) -> T?
    ) throws(ImportError) -> T? {
        guard let text = presentText(row, column) else { return nil }
        guard let value = parse(text) else { throw row.fault(column, "\"\(text)\" is not \(expected)") }
        return value
    }

    /// Parses a whole number, which a spreadsheet may have written as 6.0.
    private static func whole(_ row: CSVFile.Row, _ column: String) throws(ImportError) -> Int? {
        guard let text = presentText(row, column) else { return nil }
        guard let number = Double(text), number == number.rounded(), abs(number) < 1e9 else {
            throw row.fault(column, "\"\(text)\" is not a whole number")
        }
        return Int(number)
    }
}

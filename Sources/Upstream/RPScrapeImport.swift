import Foundation
import Racing

/// The community's scrape of cards and results (rpscrape's columns) as upstream's rows. A race with a field that cannot be understood is left out
/// whole and listed.
public struct RPScrapeImport: Sendable {
    public private(set) var races: [UpstreamRace] = []
    public private(set) var runners: [UpstreamRunner] = []
    public private(set) var report = ImportReport()

    private static let columns = [
        "date", "course", "race_id", "off", "race_name", "type", "class", "pattern", "rating_band", "age_band", "sex_rest", "dist", "going", "ran",
        "num",
        "pos", "draw", "ovr_btn", "btn", "horse", "age", "sex", "wgt", "hg", "time", "sp", "jockey", "trainer", "prize", "or", "rpr", "sire", "dam",
        "damsire", "owner", "comment",
    ]

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
        (report.races, report.runners) = (order.count, file.count)
        for key in order {
            do throws(ImportError) {
                var mended = report
                let (race, field) = try Self.race(key, rows[key] ?? [], &mended)
                races.append(race)
                runners += field
                report = mended
            } catch { report.skipped.append(ImportReport.Skip(race: key, why: error.message)) }
        }
    }

    private static func race(_ key: String, _ rows: [CSVFile.Row], _ report: inout ImportReport) throws(ImportError) -> (
        UpstreamRace, [UpstreamRunner]
    ) {
        guard let first = rows.first else { throw ImportError("race \(key) has no rows") }
        guard let id = Int64(key), id > 0 else { throw first.fault("race_id", "\"\(key)\" is not a number") }
        let (course, region, isAllWeather) = place(try first.required("course"))
        var race = UpstreamRace(raceID: id, key: key, day: try first.day("date"), region: region, course: course)
        let zone: TimeZone
        do throws(RacingError) { zone = try CourseZone.zone(region: region, course: course) } catch { throw first.fault("course", error.message) }
        let clock = try first.required("off")
        guard let off = BritishClock.off(clock, on: race.day, at: zone) else { throw first.fault("off", "\"\(clock)\" is no off time at \(course)") }
        let distance = try first.required("dist")
        guard let furlongs = PublishedDistance.furlongs(distance) else { throw first.fault("dist", "\"\(distance)\" is not a distance as 2m3½f") }
        (race.off, race.distance, race.furlongs) = (off, distance, furlongs)
        race.metres = Int((furlongs * Distance.metresPerFurlong).rounded())
        (race.name, race.type, race.raceClass, race.pattern) = (
            first.text("race_name"), first.text("type"), first.text("class"), first.text("pattern")
        )
        (race.ratingBand, race.ageBand, race.sexRestriction) = (first.text("rating_band"), first.text("age_band"), first.text("sex_rest"))
        race.going = first.text("going")
        race.surface = isAllWeather ? "AW" : ["Fast", "Muddy", "Sloppy"].contains(race.going) ? "Dirt" : "Turf"
        var field: [UpstreamRunner] = []
        for row in rows {
            guard row.text("course") == first.text("course"), row.text("off") == clock, row.text("dist") == distance else {
                throw row.fault("race_id", "the rows of race \(key) do not agree on course, off and distance")
            }
            field.append(try runner(row, race, number: field.count + 1, &report))
        }
        guard Set(field.map(\.horse)).count == field.count else { throw first.fault("horse", "a horse is in race \(key) twice") }
        race.ran = field.count { $0.position != "NR" }
        return (race, field)
    }

    private static func runner(
        _ row: CSVFile.Row, _ race: UpstreamRace, number: Int, _ report: inout ImportReport
    ) throws(ImportError) -> UpstreamRunner {
        var runner = UpstreamRunner(
            runnerID: race.raceID * 100 + Int64(number), key: "\(race.key)-\(number)", raceID: race.raceID, day: race.day,
            horse: try row.required("horse"))
        (runner.jockey, runner.trainer, runner.owner) = (row.text("jockey"), row.text("trainer"), row.text("owner"))
        (runner.sire, runner.dam, runner.damsire) = (row.text("sire"), row.text("dam"), row.text("damsire"))
        let raw = try row.required("pos")
        let code = raw.hasSuffix(".0") ? String(raw.dropLast(2)) : raw
        let finish: Finish
        do throws(RacingError) { finish = try Finish(code) } catch { throw row.fault("pos", error.message) }
        runner.position = finish.isStarter ? code : "NR"
        (runner.number, runner.draw, runner.age) = (try whole(row, "num"), try whole(row, "draw"), try whole(row, "age"))
        (runner.sex, runner.headgear, runner.comment, runner.time) = (row.text("sex"), row.text("hg"), row.text("comment"), given(row, "time"))
        (runner.officialRating, runner.performanceRating) = (try whole(row, "or"), try whole(row, "rpr"))
        // sterling as a number; other money as it is written
        runner.prizeText = given(row, "prize")
        runner.prize = runner.prizeText.flatMap { Double($0.replacing(",", with: "")) }
        runner.beatenLengths = try parsed(row, "ovr_btn", "lengths", PublishedLengths.lengths)
        runner.lengthsToNext = try parsed(row, "btn", "lengths", PublishedLengths.lengths)
        runner.seconds = try parsed(row, "time", "a time as 1:54.79", PublishedTime.seconds)
        runner.pounds = try parsed(row, "wgt", "stones and pounds as 8-12", StonesPounds.pounds)
        if finish.isStarter, let odds = try parsed(row, "sp", "odds as 16/1", FractionalOdds.decimal) {
            if odds < HongKongImport.lowestOdds { report.mend("odds of under \(HongKongImport.lowestOdds) raised to it") }
            runner.odds = max(odds, HongKongImport.lowestOdds)
        }
        return runner
    }

    /// "Kempton (AW)", "Tokyo (JPN)", "Ascot".
    static func place(_ text: String) -> (course: String, region: String, isAllWeather: Bool) {
        guard text.hasSuffix(")"), let open = text.lastIndex(of: "(") else { return (text, "GB", false) }
        let name = text[..<open].trimmingCharacters(in: .whitespaces)
        let code = String(text[text.index(after: open)...].dropLast())
        return code == "AW" ? (name, "GB", true) : (name, code, false)
    }

    /// Dashes of several lengths stand for nothing.
    private static func given(_ row: CSVFile.Row, _ column: String) -> String? {
        row.text(column).flatMap { ["-", "–", "—"].contains($0) ? nil : $0 }
    }

    private static func parsed<T>(_ row: CSVFile.Row, _ column: String, _ what: String, _ parse: (String) -> T?) throws(ImportError) -> T? {
        guard let text = given(row, column) else { return nil }
        guard let value = parse(text) else { throw row.fault(column, "\"\(text)\" is not \(what)") }
        return value
    }

    /// Whole numbers that a spreadsheet has written as 6.0.
    private static func whole(_ row: CSVFile.Row, _ column: String) throws(ImportError) -> Int? {
        guard let text = given(row, column) else { return nil }
        guard let number = Double(text), number == number.rounded(), abs(number) < 1e9 else {
            throw row.fault(column, "\"\(text)\" is not a whole number")
        }
        return Int(number)
    }
}

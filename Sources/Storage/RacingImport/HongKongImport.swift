import Racing

/// Imports Hong Kong's race and runner files.
///
/// The files have no off times: `HongKongMeeting` derives them by a documented rule. They have only final odds, which
/// are imported as the live price at the off. The column `sex` holds today's value and would leak, so it is ignored.
public struct HongKongImport: Sendable {
    public private(set) var races: [RaceRecord] = []
    public private(set) var runners: [RunnerRecord] = []
    public private(set) var prices: [PriceRecord] = []
    /// The number of final odds below 1.01 that were raised to 1.01.
    public private(set) var clippedOdds = 0

    /// The lowest odds that a check constraint of `racing.runners` accepts. The files round odds down to one decimal,
    /// so a hot favourite may have 1.0.
    public static let lowestOdds = 1.01

    static let raceColumns = [
        "race_id", "race_date", "region", "course", "race_no", "race_name", "type", "class", "pattern", "rating_band",
        "dist_f", "dist_m", "going", "surface", "ran",
    ]
    static let runnerColumns = [
        "runner_id", "race_id", "race_date", "horse_id", "horse_name", "num", "status", "pos_raw", "draw", "ovr_btn",
        "btn", "lbs", "hg", "secs", "dec", "or", "jockey", "trainer",
    ]

    /// - Throws: `ImportError` if a file cannot be read or a row is invalid.
    public init(races racesPath: String, runners runnersPath: String) throws(ImportError) {
        let raceFile = try CSVFile(racesPath, required: Self.raceColumns)
        let runnerFile = try CSVFile(runnersPath, required: Self.runnerColumns)
        var offs: [String: (id: Int64, off: Instant)] = [:]
        for index in 0..<raceFile.count {
            let row = raceFile.row(index)
            let race = try Self.race(row)
            guard offs[race.key] == nil else { throw row.fault("race_id", "race \"\(race.key)\" occurs twice") }
            offs[race.key] = (race.raceID, try Self.off(of: race, row))
            races.append(race)
        }
        var fieldSizes: [Int64: Int64] = [:]
        for index in 0..<runnerFile.count {
            let row = runnerFile.row(index)
            let raceKey = try row.required("race_id")
            guard let (raceID, off) = offs[raceKey] else {
                throw row.fault("race_id", "\"\(raceKey)\" is not in \(racesPath)")
            }
            let number = fieldSizes[raceID, default: 0] + 1
            fieldSizes[raceID] = number
            try addRunner(row, raceID: raceID, number: number, off: off)
        }
    }

    private static func race(_ row: CSVFile.Row) throws(ImportError) -> RaceRecord {
        let key = try row.required("race_id")
        let day = try row.day("race_date")
        let course = try row.required("course")
        guard let number = try row.int("race_no"), (1...99).contains(number) else {
            throw row.fault("race_no", "is not a race number")
        }
        guard course == "ST" || course == "HV" else { throw row.fault("course", "\"\(course)\" is not ST or HV") }
        guard let off = HongKongMeeting.off(course: course, day: day, race: number) else {
            throw row.fault("race_no", "is too high for one day")
        }
        let date = day.components
        let id =
            Int64(date.year * 10_000 + date.month * 100 + date.day) * 1000 + (course == "ST" ? 100 : 200)
            + Int64(number)
        var race = RaceRecord(raceID: id, key: key, day: day, region: try row.required("region"), course: course)
        race.off = off
        race.name = row.text("race_name")
        race.type = row.text("type")
        race.raceClass = row.text("class")
        race.pattern = row.text("pattern")
        race.ratingBand = row.text("rating_band")
        race.furlongs = try row.double("dist_f")
        race.metres = try row.int("dist_m")
        race.going = row.text("going")
        race.surface = row.text("surface")
        race.ran = try row.int("ran")
        return race
    }

    private static func off(of race: RaceRecord, _ row: CSVFile.Row) throws(ImportError) -> Instant {
        guard let off = race.off else { throw row.fault("race_no", "race \"\(race.key)\" has no off time") }
        do throws(RacingError) {
            return off.instant(on: race.day, in: try CourseZone.zone(region: race.region, course: race.course))
        } catch {
            throw row.fault("region", error.message)
        }
    }

    /// Adds a runner, and its final odds as a price.
    ///
    /// - Parameter number: the runner's number within the race, in the order of the file, from 1.
    private mutating func addRunner(_ row: CSVFile.Row, raceID: Int64, number: Int64, off: Instant)
        throws(ImportError)
    {
        let brand = try row.required("horse_id")
        var runner = RunnerRecord(
            runnerID: raceID * 100 + number,
            key: try row.required("runner_id"),
            raceID: raceID,
            day: try row.day("race_date"),
            horse: "\(try row.required("horse_name")) (\(brand))"
        )
        runner.trainer = row.text("trainer")
        runner.jockey = row.text("jockey")
        runner.number = try row.int("num")
        runner.draw = try row.int("draw")
        runner.pounds = try row.int("lbs")
        runner.beatenLengths = try row.double("ovr_btn")
        runner.lengthsToNext = try row.double("btn")
        runner.seconds = try row.double("secs")
        runner.headgear = row.text("hg")
        runner.officialRating = try row.int("or")
        runner.sire = row.text("sire")
        runner.dam = row.text("dam")
        runner.damsire = row.text("damsire")
        // Known only after the race, as a comment is.
        runner.comment = row.text("running_position")
        let position = try row.required("pos_raw")
        let finish: Finish
        do throws(RacingError) { finish = try Finish(position) } catch { throw row.fault("pos_raw", error.message) }
        // The file has several codes for withdrawn runners; `racing.runners` has only one.
        runner.position = finish.isStarter ? position : "NR"
        guard (row.text("status") == "NR") == !finish.isStarter else {
            throw row.fault("status", "does not agree with position \"\(position)\"")
        }
        if finish.isStarter, let odds = try row.double("dec") {
            guard odds >= 1 else { throw row.fault("dec", "odds of \(odds) are below 1") }
            runner.odds = max(odds, Self.lowestOdds)
            if odds < Self.lowestOdds { clippedOdds += 1 }
            prices.append(PriceRecord(raceID: raceID, runnerID: runner.runnerID, at: off, back: runner.odds))
        }
        runners.append(runner)
    }
}

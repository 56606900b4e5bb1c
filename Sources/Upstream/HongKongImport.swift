import Racing

/// Hong Kong's files as upstream's rows.
///
/// They have no off times, which are set by a documented rule (`HongKongMeeting`), and only final odds, which are entered as the live price
/// at the off. `sex` is today's and would leak, so it is left out.
public struct HongKongImport: Sendable {
    public private(set) var races: [UpstreamRace] = []
    public private(set) var runners: [UpstreamRunner] = []
    public private(set) var prices: [UpstreamPrice] = []
    /// Final odds of under 1.01, a hot favourite rounded down, that were raised to it.
    public private(set) var clippedOdds = 0

    /// Upstream's check; the files round odds down to one decimal.
    public static let lowestOdds = 1.01

    public init(races racesPath: String, runners runnersPath: String) throws(ImportError) {
        let raceFile = try CSVFile(
            racesPath,
            required: [
                "race_id", "race_date", "region", "course", "race_no", "race_name", "type", "class", "pattern", "rating_band", "dist_f", "dist_m",
                "going",
                "surface", "ran",
            ])
        let runnerFile = try CSVFile(
            runnersPath,
            required: [
                "runner_id", "race_id", "race_date", "horse_id", "horse_name", "num", "status", "pos_raw", "draw", "ovr_btn", "btn", "lbs", "hg",
                "secs",
                "dec", "or", "jockey", "trainer",
            ])
        var offs: [String: (id: Int64, off: Instant)] = [:]
        for index in 0..<raceFile.count {
            let row = raceFile.row(index)
            let key = try row.required("race_id")
            let (day, course) = (try row.day("race_date"), try row.required("course"))
            guard let number = try row.int("race_no"), (1...99).contains(number) else { throw row.fault("race_no", "is not a race number") }
            guard course == "ST" || course == "HV" else { throw row.fault("course", "\"\(course)\" is not ST or HV") }
            guard let off = HongKongMeeting.off(course: course, day: day, race: number) else { throw row.fault("race_no", "is too high for one day") }
            let date = day.components
            let id = Int64(date.year * 10_000 + date.month * 100 + date.day) * 1000 + (course == "ST" ? 100 : 200) + Int64(number)
            var race = UpstreamRace(raceID: id, key: key, day: day, region: try row.required("region"), course: course)
            race.off = off
            (race.name, race.type, race.raceClass) = (row.text("race_name"), row.text("type"), row.text("class"))
            (race.pattern, race.ratingBand) = (row.text("pattern"), row.text("rating_band"))
            (race.furlongs, race.metres) = (try row.double("dist_f"), try row.int("dist_m"))
            (race.going, race.surface, race.ran) = (row.text("going"), row.text("surface"), try row.int("ran"))
            guard offs[key] == nil else { throw row.fault("race_id", "\"\(key)\" is there twice") }
            let zone: Result<Instant, RacingError> = Result { () throws(RacingError) in
                off.instant(on: day, in: try CourseZone.zone(region: race.region, course: course))
            }
            switch zone {
            case .success(let instant): offs[key] = (id, instant)
            case .failure(let error): throw row.fault("region", error.message)
            }
            races.append(race)
        }
        var inRace: [Int64: Int64] = [:]
        for index in 0..<runnerFile.count {
            let row = runnerFile.row(index)
            let raceKey = try row.required("race_id")
            guard let (raceID, off) = offs[raceKey] else { throw row.fault("race_id", "\"\(raceKey)\" is not in \(racesPath)") }
            inRace[raceID, default: 0] += 1
            let brand = try row.required("horse_id")
            var runner = UpstreamRunner(
                runnerID: raceID * 100 + (inRace[raceID] ?? 0), key: try row.required("runner_id"), raceID: raceID, day: try row.day("race_date"),
                horse: "\(try row.required("horse_name")) (\(brand))")
            (runner.trainer, runner.jockey) = (row.text("trainer"), row.text("jockey"))
            (runner.number, runner.draw, runner.pounds) = (try row.int("num"), try row.int("draw"), try row.int("lbs"))
            (runner.beatenLengths, runner.lengthsToNext, runner.seconds) = (try row.double("ovr_btn"), try row.double("btn"), try row.double("secs"))
            (runner.headgear, runner.officialRating) = (row.text("hg"), try row.int("or"))
            let raw = try row.required("pos_raw")
            let finish: Finish
            do throws(RacingError) { finish = try Finish(raw) } catch { throw row.fault("pos_raw", error.message) }
            // the file says withdrawn in several ways; upstream in one
            (runner.sire, runner.dam, runner.damsire) = (row.text("sire"), row.text("dam"), row.text("damsire"))
            runner.position = finish.isStarter ? raw : "NR"
            guard (row.text("status") == "NR") == !finish.isStarter else { throw row.fault("status", "does not agree with position \"\(raw)\"") }
            if finish.isStarter, let odds = try row.double("dec") {
                guard odds >= 1 else { throw row.fault("dec", "odds of \(odds) are below 1") }
                runner.odds = max(odds, Self.lowestOdds)
                if odds < Self.lowestOdds { clippedOdds += 1 }
                prices.append(UpstreamPrice(raceID: raceID, runnerID: runner.runnerID, at: off, back: runner.odds))
            }
            runners.append(runner)
        }
    }
}

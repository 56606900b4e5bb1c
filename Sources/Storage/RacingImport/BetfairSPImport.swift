import Foundation
import Racing

/// Imports Betfair's starting price files: staged prices and winners.
///
/// A price of 1.0 means that nothing was traded, and is left out. Events with contradictory results are left out
/// entirely and listed in the report.
public struct BetfairSPImport: Sendable {
    public private(set) var races: [RaceRecord] = []
    public private(set) var runners: [RunnerRecord] = []
    public private(set) var report = ImportReport()

    static let raceColumns = ["event_id", "off_local", "region", "course", "menu_hint", "event_name"]
    static let runnerColumns = [
        "event_id", "selection_id", "selection_name", "win_lose", "bsp", "ppwap", "morningwap", "ppmax", "ppmin",
        "ipmax", "ipmin", "morningtradedvol", "pptradedvol", "iptradedvol",
    ]

    /// - Throws: `ImportError` if a file cannot be read, an event occurs twice, or a runner's event is unknown.
    public init(races racesPath: String, runners runnersPath: String) throws(ImportError) {
        let raceFile = try CSVFile(racesPath, required: Self.raceColumns)
        let runnerFile = try CSVFile(runnersPath, required: Self.runnerColumns)
        var fields: [String: [CSVFile.Row]] = [:]
        for index in 0..<runnerFile.count {
            let row = runnerFile.row(index)
            fields[try row.required("event_id"), default: []].append(row)
        }
        var seen: Set<String> = []
        for index in 0..<raceFile.count {
            let row = raceFile.row(index)
            let key = try row.required("event_id")
            guard seen.insert(key).inserted else { throw row.fault("event_id", "event \"\(key)\" occurs twice") }
            report.races += 1
            report.runners += fields[key]?.count ?? 0
            do throws(ImportError) {
                // The corrections of an event that is left out do not count.
                var updated = report
                let (race, field) = try Self.event(key, row, fields[key] ?? [], &updated)
                races.append(race)
                runners += field
                report = updated
            } catch { report.skipped.append(ImportReport.Skip(race: key, why: error.message)) }
        }
        if let orphan = fields.keys.filter({ !seen.contains($0) }).min() {
            throw ImportError("\(runnersPath): event \"\(orphan)\" is not in \(racesPath)")
        }
    }

    private static func event(
        _ key: String,
        _ row: CSVFile.Row,
        _ field: [CSVFile.Row],
        _ report: inout ImportReport
    ) throws(ImportError) -> (RaceRecord, [RunnerRecord]) {
        var race = try raceRecord(key, row)
        race.ran = field.count
        var runners: [RunnerRecord] = []
        var codes: [Int] = []
        for (index, row) in field.enumerated() {
            guard let code = try row.int("win_lose"), (0...2).contains(code) else {
                throw row.fault("win_lose", "must be 0, 1 or 2")
            }
            codes.append(code)
            runners.append(try runner(row, race, code, number: index + 1, &report))
        }
        // Code 2 marks the runners of a dead heat for first.
        let winners = codes.count { $0 == 1 }
        let deadHeaters = codes.count { $0 == 2 }
        guard (winners == 1 && deadHeaters == 0) || (winners == 0 && deadHeaters >= 2) else {
            throw row.fault("event_id", "event \(key) has \(winners) winners and \(deadHeaters) runners in a dead heat")
        }
        guard Set(runners.map(\.horse)).count == runners.count else {
            throw row.fault("event_id", "event \(key) has a selection twice")
        }
        return (race, runners)
    }

    private static func raceRecord(_ key: String, _ row: CSVFile.Row) throws(ImportError) -> RaceRecord {
        guard let id = Int64(key), id > 0 else { throw row.fault("event_id", "\"\(key)\" is not a number") }
        guard row.text("course") != nil else {
            throw row.fault("course", "event \(key) is not a race: \"\(row.text("menu_hint") ?? "")\"")
        }
        let offText = try row.required("off_local")
        let parts = offText.split(separator: "T")
        let clock = parts.count == 2 ? parts[1].split(separator: ":").prefix(2).compactMap { Int($0) } : []
        guard clock.count == 2, let day = CalendarDay(String(parts[0])),
            let off = WallTime(hour: clock[0], minute: clock[1])
        else {
            throw row.fault("off_local", "\"\(offText)\" is not a time such as 2021-05-05T14:15:00")
        }
        var race = RaceRecord(
            raceID: id,
            key: key,
            day: day,
            region: try row.required("region"),
            course: try row.required("course")
        )
        do throws(RacingError) { _ = try CourseZone.zone(region: race.region, course: race.course) } catch {
            throw row.fault("region", error.message)
        }
        let name = try row.required("event_name")
        race.off = off
        race.name = name
        race.type = type(of: name)
        race.surface = race.type == "Flat" ? nil : "Turf"
        if let distance = name.split(separator: " ").first.map(String.init),
            let furlongs = PublishedDistance.furlongs(distance)
        {
            race.distance = distance
            race.furlongs = furlongs
            race.metres = Distance.metres(furlongs: furlongs)
        }
        return race
    }

    private static func runner(
        _ row: CSVFile.Row,
        _ race: RaceRecord,
        _ code: Int,
        number: Int,
        _ report: inout ImportReport
    ) throws(ImportError) -> RunnerRecord {
        guard let runnerID = RunnerRecord.id(race: race.raceID, number: number) else {
            throw row.fault("event_id", "\"\(race.key)\" is too large, or has more than 99 runners")
        }
        var runner = RunnerRecord(
            runnerID: runnerID,
            key: "\(race.key)-\(try row.required("selection_id"))",
            raceID: race.raceID,
            day: race.day,
            horse: try row.required("selection_name")
        )
        guard let selection = Int64(try row.required("selection_id")) else {
            throw row.fault("selection_id", "is not a number")
        }
        runner.selectionID = selection
        // The files give no position except the first.
        runner.position = code == 0 ? "LOST" : "1"
        runner.winSettled = code == 0 ? 0 : 1
        func price(_ column: String) throws(ImportError) -> Double? {
            guard let value = try row.double(column) else { return nil }
            guard value >= 1 else { throw row.fault(column, "a price of \(value) is below 1") }
            if value > 1 { return value }
            report.countCorrection("\(column) of 1.0: nothing was traded")
            return nil
        }
        runner.bsp = try price("bsp")
        if runner.bsp == nil { report.countCorrection("no bsp") }
        runner.preplayPrice = try price("ppwap")
        runner.morningPrice = try price("morningwap")
        runner.preplayHigh = try price("ppmax")
        runner.preplayLow = try price("ppmin")
        runner.inplayHigh = try price("ipmax")
        runner.inplayLow = try price("ipmin")
        runner.morningVolume = try row.double("morningtradedvol")
        runner.preplayVolume = try row.double("pptradedvol")
        runner.inplayVolume = try row.double("iptradedvol")
        return runner
    }

    /// Derives the race type from Betfair's abbreviations in the event name: Hrd, Chs, NHF, INHF. All others are flat
    /// races.
    static func type(of name: String) -> String {
        let words = Set(name.split(separator: " "))
        if words.contains("Hrd") { return "Hurdle" }
        if words.contains("Chs") || words.contains("Chase") { return "Chase" }
        return words.contains("NHF") || words.contains("INHF") ? "NH Flat" : "Flat"
    }
}

import Foundation
import Racing

/// Betfair's starting price files as upstream's rows: staged prices and who won. A price of 1.0 says that nothing was traded, and is left out.
/// Events whose results contradict themselves are left out whole and listed.
public struct BetfairSPImport: Sendable {
    public private(set) var races: [UpstreamRace] = []
    public private(set) var runners: [UpstreamRunner] = []
    public private(set) var report = ImportReport()

    public init(races racesPath: String, runners runnersPath: String) throws(ImportError) {
        let events = try CSVFile(racesPath, required: ["event_id", "off_local", "region", "course", "menu_hint", "event_name"])
        let prices = try CSVFile(
            runnersPath,
            required: [
                "event_id", "selection_id", "selection_name", "win_lose", "bsp", "ppwap", "morningwap", "ppmax", "ppmin", "ipmax", "ipmin",
                "morningtradedvol", "pptradedvol", "iptradedvol",
            ])
        var fields: [String: [CSVFile.Row]] = [:]
        for index in 0..<prices.count {
            let row = prices.row(index)
            fields[try row.required("event_id"), default: []].append(row)
        }
        var seen: Set<String> = []
        for index in 0..<events.count {
            let row = events.row(index)
            let key = try row.required("event_id")
            guard seen.insert(key).inserted else { throw row.fault("event_id", "\"\(key)\" is there twice") }
            report.races += 1
            report.runners += fields[key]?.count ?? 0
            do throws(ImportError) {
                var mended = report
                let (race, field) = try Self.event(key, row, fields[key] ?? [], &mended)
                races.append(race)
                runners += field
                report = mended
            } catch { report.skipped.append(ImportReport.Skip(race: key, why: error.message)) }
        }
        if let orphan = fields.keys.filter({ !seen.contains($0) }).min() {
            throw ImportError("\(runnersPath): event \"\(orphan)\" is not in \(racesPath)")
        }
    }

    private static func event(
        _ key: String, _ row: CSVFile.Row, _ field: [CSVFile.Row], _ report: inout ImportReport
    ) throws(ImportError) -> (UpstreamRace, [UpstreamRunner]) {
        guard let id = Int64(key), id > 0 else { throw row.fault("event_id", "\"\(key)\" is not a number") }
        guard row.text("course") != nil else { throw row.fault("course", "event \(key) is no race: \"\(row.text("menu_hint") ?? "")\"") }
        let off = try row.required("off_local")
        let parts = off.split(separator: "T")
        let clock = parts.count == 2 ? parts[1].split(separator: ":").prefix(2).compactMap { Int($0) } : []
        guard clock.count == 2, let day = CalendarDay(String(parts[0])), let wall = WallTime(hour: clock[0], minute: clock[1]) else {
            throw row.fault("off_local", "\"\(off)\" is not a time as 2021-05-05T14:15:00")
        }
        var race = UpstreamRace(raceID: id, key: key, day: day, region: try row.required("region"), course: try row.required("course"))
        do throws(RacingError) { _ = try CourseZone.zone(region: race.region, course: race.course) } catch {
            throw row.fault("region", error.message)
        }
        let name = try row.required("event_name")
        (race.off, race.name, race.type) = (wall, name, type(of: name))
        if let distance = name.split(separator: " ").first.map(String.init), let furlongs = PublishedDistance.furlongs(distance) {
            (race.distance, race.furlongs, race.metres) = (distance, furlongs, Int((furlongs * Distance.metresPerFurlong).rounded()))
        }
        race.ran = field.count
        race.surface = race.type == "Flat" ? nil : "Turf"
        var runners: [UpstreamRunner] = []
        var codes: [Int] = []
        for (index, row) in field.enumerated() {
            guard let code = try row.int("win_lose"), (0...2).contains(code) else { throw row.fault("win_lose", "is not 0, 1 or 2") }
            codes.append(code)
            runners.append(try runner(row, race, code, number: index + 1, &report))
        }
        let (won, tied) = (codes.count { $0 == 1 }, codes.count { $0 == 2 })
        // 2 marks both halves of a dead heat; anything else than one winner or one dead heat is a fault of the source
        guard (won == 1 && tied == 0) || (won == 0 && tied >= 2) else {
            throw row.fault("event_id", "event \(key) has \(won) winners and \(tied) halves of a dead heat")
        }
        guard Set(runners.map(\.horse)).count == runners.count else { throw row.fault("event_id", "event \(key) has a selection twice") }
        return (race, runners)
    }

    private static func runner(
        _ row: CSVFile.Row, _ race: UpstreamRace, _ code: Int, number: Int, _ report: inout ImportReport
    ) throws(ImportError) -> UpstreamRunner {
        var runner = UpstreamRunner(
            runnerID: race.raceID * 100 + Int64(number), key: "\(race.key)-\(try row.required("selection_id"))", raceID: race.raceID, day: race.day,
            horse: try row.required("selection_name"))
        guard let selection = Int64(try row.required("selection_id")) else { throw row.fault("selection_id", "is not a number") }
        runner.selectionID = selection
        // the files name no place but the first
        runner.position = code == 0 ? "LOST" : "1"
        runner.winSettled = code == 0 ? 0 : 1
        func price(_ column: String) throws(ImportError) -> Double? {
            guard let value = try row.double(column) else { return nil }
            guard value >= 1 else { throw row.fault(column, "a price of \(value) is below 1") }
            if value > 1 { return value }
            report.mend("\(column) of 1.0: nothing was traded")
            return nil
        }
        runner.bsp = try price("bsp")
        if runner.bsp == nil { report.mend("no bsp") }
        (runner.preplayPrice, runner.morningPrice) = (try price("ppwap"), try price("morningwap"))
        (runner.preplayHigh, runner.preplayLow) = (try price("ppmax"), try price("ppmin"))
        (runner.inplayHigh, runner.inplayLow) = (try price("ipmax"), try price("ipmin"))
        (runner.morningVolume, runner.preplayVolume, runner.inplayVolume) = (
            try row.double("morningtradedvol"), try row.double("pptradedvol"), try row.double("iptradedvol")
        )
        return runner
    }

    /// By Betfair's abbreviations: Hrd, Chs, NHF, INHF; the rest is flat.
    static func type(of name: String) -> String {
        let words = Set(name.split(separator: " "))
        if words.contains("Hrd") { return "Hurdle" }
        if words.contains("Chs") || words.contains("Chase") { return "Chase" }
        return words.contains("NHF") || words.contains("INHF") ? "NH Flat" : "Flat"
    }
}

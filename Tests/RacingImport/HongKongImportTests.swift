import Foundation
import Racing
import RacingImport
import Testing

@Suite struct HongKongImportTests {
    private static let raceHeader =
        "race_id,race_date,region,course,race_no,race_name,type,class,pattern,rating_band,dist_f,dist_m,going,surface,"
        + "ran"
    private static let runnerHeader =
        "runner_id,race_id,race_date,horse_id,horse_name,num,status,pos_raw,draw,ovr_btn,btn,lbs,hg,secs,dec,or,jockey,"
        + "trainer,sex"
    private static let race =
        "20250716-HV-01,2025-07-16,HK,HV,1,第一場讓賽,Flat,Class 4,,60-40,5.96,1200,GOOD,Turf,2"
    private static let runners = [
        "a,20250716-HV-01,2025-07-16,J401,\"競駿, 非凡\",1,FIN,1,3,0,0,126,TT1,69.5,1.0,58,艾兆禮,某人,g",
        "b,20250716-HV-01,2025-07-16,K469,另一匹,2,DNF,PU,1,,,120,,,12.5,,潘頓,某人,m",
        "c,20250716-HV-01,2025-07-16,H396,不出賽,3,NR,WV-A,2,,,120,,,,,潘頓,某人,m",
    ]

    private func read(_ races: [String] = [race], _ runners: [String] = runners) throws -> HongKongImport {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let raceFile = folder.appendingPathComponent("races.csv")
        let runnerFile = folder.appendingPathComponent("runners.csv")
        try Data(([Self.raceHeader] + races).joined(separator: "\n").utf8).write(to: raceFile)
        try Data(([Self.runnerHeader] + runners).joined(separator: "\n").utf8).write(to: runnerFile)
        return try HongKongImport(races: raceFile.path, runners: runnerFile.path)
    }

    @Test func `imports races, runners and final odds`() throws {
        let files = try read()
        let race = try #require(files.races.first)
        #expect(race.raceID == 20_250_716_201 && race.key == "20250716-HV-01" && race.name == "第一場讓賽")
        // A Wednesday meeting at Happy Valley is in the evening.
        #expect(race.off == WallTime(hour: 18, minute: 45))
        #expect(files.runners.map(\.horse) == ["競駿, 非凡 (J401)", "另一匹 (K469)", "不出賽 (H396)"])
        #expect(files.runners.map(\.position) == ["1", "PU", "NR"])
        #expect(files.runners.map(\.odds) == [1.01, 12.5, nil] && files.clippedOdds == 1)
        #expect(files.runners.map(\.officialRating) == [58, nil, nil])
        // Final odds become the price of each starter at the off, 18:45 in Hong Kong.
        #expect(files.prices.map(\.runnerID) == Array(files.runners.map(\.runnerID).prefix(2)))
        #expect(files.prices.allSatisfy { $0.at == Instant("2025-07-16T10:45:00Z") })
    }

    @Test func `an error names the file, the line and the column`() throws {
        let race = Self.race
        let runners = Self.runners
        func modified(_ index: Int, replacing from: String, with to: String) -> [String] {
            var copy = Self.runners
            copy[index] = copy[index].replacingOccurrences(of: from, with: to)
            return copy
        }
        let faults: [(races: [String], runners: [String], words: [String])] = [
            (
                [race.replacingOccurrences(of: "2025-07-16", with: "2025-02-30")], runners,
                ["races.csv", "line 2", "race_date", "2025-02-30"]
            ),
            ([race.replacingOccurrences(of: ",HV,", with: ",XX,")], runners, ["races.csv", "line 2", "course"]),
            ([race, race], runners, ["races.csv", "line 3", "race_id", "twice"]),
            ([race.replacingOccurrences(of: ",HK,", with: ",MOON,")], runners, ["races.csv", "line 2", "region"]),
            ([race], modified(1, replacing: "PU", with: "??"), ["runners.csv", "line 3", "pos_raw", "??"]),
            ([race], modified(1, replacing: "12.5", with: "0.9"), ["runners.csv", "line 3", "dec", "0.9"]),
            ([race], modified(1, replacing: "12.5", with: "twelve"), ["runners.csv", "line 3", "dec", "twelve"]),
            ([race], modified(2, replacing: ",NR,", with: ",FIN,"), ["runners.csv", "line 4", "status"]),
            (
                [race], modified(0, replacing: "20250716-HV-01", with: "20250716-HV-09"),
                ["runners.csv", "line 2", "race_id", "20250716-HV-09"]
            ),
            ([race], modified(0, replacing: ",g", with: ""), ["runners.csv", "line 2", "fields"]),
        ]
        for fault in faults {
            let error = #expect(throws: ImportError.self) { try read(fault.races, fault.runners) }
            for word in fault.words {
                #expect(error?.message.contains(word) == true, "\(word) in: \(error?.message ?? "")")
            }
            #expect(error?.message.contains("\n") == false)
        }
    }
}

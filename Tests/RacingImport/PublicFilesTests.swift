import Foundation
import Racing
import RacingImport
import Testing

/// Tests the importers of public files, on generated files and on the real ones.
@Suite struct PublicFilesTests {
    static let data = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
        "../../../shared/data"
    ).standardizedFileURL.path
    static var hasData: Bool { FileManager.default.fileExists(atPath: data + "/ukie_bsp_races.csv.xz") }

    private func file(_ lines: [String]) throws -> String {
        let path = NSTemporaryDirectory() + "public-\(UUID().uuidString).csv"
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: path))
        return path
    }

    private let scrapeHeader =
        "date,course,race_id,off,race_name,type,class,pattern,rating_band,age_band,sex_rest,dist,going,ran,num,pos,"
        + "draw,ovr_btn,btn,horse,age,sex,wgt,hg,time,sp,jockey,trainer,prize,or,rpr,ts,sire,dam,damsire,owner,comment"

    private func scrape(
        _ race: Int,
        pos: String = "1",
        horse: String,
        sp: String = "7/4F",
        off: String = "2:30",
        dist: String = "1m½f",
        course: String = "Tokyo (JPN)"
    ) -> String {
        "2015-05-10,\(course),\(race),\(off),A Race,Flat,,Group 1,,3yo+,,\(dist),Firm,9,3.0,\(pos),5.0,1.25,nk,"
            + "\(horse),4,C,9-2,b,1:34.50,\(sp),J,T,€720,–,110,–,Sire,Dam,Dams,Own,\"led, held on\""
    }

    @Test func `parses a race and its runners from rpscrape`() throws {
        let path = try file([
            scrapeHeader, scrape(1, horse: "One (JPN)", off: "7:40"),
            scrape(1, pos: "PU", horse: "Two", sp: "33/1", off: "7:40"),
        ])
        defer { try? FileManager.default.removeItem(atPath: path) }
        let file = try RPScrapeImport(path)
        #expect(file.report.skipped.isEmpty && file.races.count == 1 && file.runners.count == 2)
        let race = file.races[0]
        let runner = file.runners[0]
        #expect(
            race.course == "Tokyo" && race.region == "JPN" && race.off?.description == "15:40" && race.furlongs == 8.5
                && race.ran == 2
        )
        #expect(
            runner.odds == 2.75 && runner.pounds == 128 && runner.seconds == 94.5 && runner.beatenLengths == 1.25
                && runner.lengthsToNext == 0.3
        )
        #expect(
            runner.number == 3 && runner.draw == 5 && runner.officialRating == nil && runner.performanceRating == 110
        )
        #expect(
            runner.prize == nil && runner.prizeText == "€720" && runner.sire == "Sire"
                && runner.comment == "led, held on"
        )
        #expect(file.runners[1].position == "PU" && file.runners[1].odds == 34)
    }

    @Test func `leaves out races with invalid fields and reports each`() throws {
        let path = try file([
            scrapeHeader,
            scrape(1, horse: "A", off: "7:40"),
            scrape(2, horse: "B", sp: "odds"),
            scrape(3, horse: "C", dist: "far"),
            scrape(4, pos: "99x", horse: "D"),
            scrape(5, horse: "E", course: "Nowhere (XX)"),
            scrape(6, horse: "F", off: "7:40"),
            scrape(6, horse: "F", off: "7:40"),
            scrape(7, horse: "G", off: "x"),
            scrape(8, horse: "H", off: "7:40"),
            scrape(8, horse: "I", off: "7:45"),
            scrape(.max, horse: "J", off: "7:40"),
        ])
        defer { try? FileManager.default.removeItem(atPath: path) }
        let file = try RPScrapeImport(path)
        #expect(file.races.map(\.raceID) == [1] && file.report.races == 9)
        #expect(file.report.skipped.map(\.race) == ["2", "3", "4", "5", "6", "7", "8", "\(Int.max)"])
        let words = ["sp", "dist", "pos", "XX", "twice", "off", "do not agree", "too large"]
        for (skip, word) in zip(file.report.skipped, words) {
            #expect(skip.why.contains(word) && skip.why.contains("line"), "\(skip.why)")
        }
    }

    @Test func `takes numbers that no race has without trapping`() throws {
        let path = try file([
            scrapeHeader,
            scrape(1, horse: "A", off: "7:40", dist: "99999999999999999999f")
                .replacingOccurrences(of: "€720", with: "1e999"),
        ])
        defer { try? FileManager.default.removeItem(atPath: path) }
        let file = try RPScrapeImport(path)
        #expect(file.races.map(\.metres) == [Int(Int32.max)])
        #expect(file.runners.map(\.prize) == [nil] && file.runners.map(\.prizeText) == ["1e999"])
    }

    private let eventHeader = "event_id,off_local,region,course,menu_hint,event_name,rows,n_winners"
    private let priceHeader =
        "event_id,selection_id,selection_name,win_lose,bsp,ppwap,morningwap,ppmax,ppmin,ipmax,ipmin,morningtradedvol,"
        + "pptradedvol,iptradedvol"

    private func event(_ id: Int, course: String = "Asc") -> String {
        "\(id),2021-05-05T14:15:00.000000,GB,\(course),GB / x 5th May,2m1f Hcap Hrd,3,1"
    }

    /// - Parameter code: 0 for a loser, 1 for a winner, 2 for a runner in a dead heat.
    private func price(
        event: Int,
        selection: Int,
        code: Int,
        bsp: String = "5.5",
        morning: String = "6.0"
    ) -> String {
        "\(event),\(selection),Horse \(selection),\(code),\(bsp),5.4,\(morning),6.6,5.0,6.0,1.01,428.6,28659,65947"
    }

    @Test func `leaves out events with contradictory results`() throws {
        let races = try file([eventHeader, event(1), event(2), event(3), event(4), event(5, course: ""), event(.max)])
        let runners = try file([
            priceHeader,
            price(event: 1, selection: 10, code: 1),
            price(event: 1, selection: 11, code: 0, bsp: "", morning: "1.0"),
            price(event: 2, selection: 10, code: 2),
            price(event: 2, selection: 11, code: 2),
            price(event: 2, selection: 12, code: 0),
            price(event: 3, selection: 10, code: 1),
            price(event: 3, selection: 11, code: 1),
            price(event: 4, selection: 10, code: 0),
            price(event: 4, selection: 11, code: 0),
            price(event: 5, selection: 10, code: 1),
            price(event: .max, selection: 10, code: 1),
        ])
        defer { for path in [races, runners] { try? FileManager.default.removeItem(atPath: path) } }
        let files = try BetfairSPImport(races: races, runners: runners)
        #expect(files.races.map(\.raceID) == [1, 2] && files.report.races == 6 && files.report.runners == 11)
        #expect(files.report.skipped.map(\.race) == ["3", "4", "5", "\(Int.max)"])
        #expect(
            files.report.skipped[0].why.contains("2 winners") && files.report.skipped[1].why.contains("0 winners")
                && files.report.skipped[2].why.contains("not a race")
                && files.report.skipped[3].why.contains("too large")
        )
        let race = files.races[0]
        #expect(
            race.off?.description == "14:15" && race.furlongs == 17 && race.type == "Hurdle"
                && race.name?.contains("Hcap") == true
        )
        let untraded = files.runners[1]
        #expect(
            untraded.bsp == nil && untraded.morningPrice == nil && untraded.preplayPrice == 5.4
                && untraded.position == "LOST"
        )
        #expect(files.runners[2...3].map(\.position) == ["1", "1"], "every runner of a dead heat is a winner")
        #expect(files.report.corrections["morningwap of 1.0: nothing was traded"] == 1)
        #expect(throws: ImportError.self) {
            try BetfairSPImport(races: races, runners: file([priceHeader, price(event: 9, selection: 1, code: 1)]))
        }
    }

    @Test(.enabled(if: hasData, "no files at ../shared/data"))
    func `reads the real files and reports their faults`() throws {
        let scrape = try RPScrapeImport(Self.data + "/rpscrape_sample_2015.csv.xz")
        #expect(scrape.report.races == 538 && scrape.report.runners == 5000)
        // The source has two races with the same id.
        #expect(scrape.report.skipped.map(\.race) == ["623000"])
        #expect(scrape.races.count == 537 && scrape.runners.count == 4989)
        let hours = scrape.races.compactMap { $0.off?.seconds }.map { $0 / 3600 }
        #expect(hours.count == 537 && (hours.min() ?? 0) >= 9 && (hours.max() ?? 24) <= 22)

        let bsp = try BetfairSPImport(
            races: Self.data + "/ukie_bsp_races.csv.xz",
            runners: Self.data + "/ukie_bsp_runners.csv.xz"
        )
        #expect(bsp.report.races == 7761 && bsp.report.runners == 82_202 && bsp.races.count == 7713)
        let contradictory = bsp.report.skipped.filter { $0.why.contains("winners") }
        #expect(contradictory.count == 31 && bsp.report.skipped.count { $0.why.contains("not a race") } == 17)
        let deadHeats = Dictionary(grouping: bsp.runners.filter { $0.position == "1" }, by: \.raceID).values.count {
            $0.count == 2
        }
        #expect(deadHeats == 9)
        #expect(bsp.runners.count { ($0.morningPrice ?? 2) <= 1 || ($0.bsp ?? 2) <= 1 } == 0)
    }
}

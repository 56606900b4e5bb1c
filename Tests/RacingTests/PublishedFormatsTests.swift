import Foundation
import Racing
import Testing

@Suite struct PublishedFormatsTests {
    @Test(arguments: [("16/1", 17.0), ("EvensF", 2), ("evs", 2), ("30/100F", 1.3), ("100/30", 4.333333333333333), ("9/4J", 3.25), ("5/2C", 3.5)])
    func fractionalOdds(_ text: String, _ odds: Double) { #expect(FractionalOdds.decimal(text).map { abs($0 - odds) < 1e-12 } == true) }

    @Test(arguments: ["", "F", "1", "0/1", "1/0", "a/b", "1/2/3", "-1/2", "16-1"]) func whatIsNoPrice(_ text: String) {
        #expect(FractionalOdds.decimal(text) == nil)
    }

    @Test(arguments: [("8-12", 124), ("9-0", 126), ("11-13", 167)]) func stonesAndPounds(_ text: String, _ pounds: Int) {
        #expect(StonesPounds.pounds(text) == pounds)
    }
    @Test(arguments: ["8-14", "8", "8-", "-8", "8-1-2", "x-1", "0-5"]) func whatIsNoWeight(_ text: String) {
        #expect(StonesPounds.pounds(text) == nil)
    }

    @Test(arguments: [("5f", 5.0), ("1m", 8), ("2m3½f", 19.5), ("1m½f", 8.5), ("1m110y", 8.5), ("4m2f", 34), ("7¼f", 7.25)])
    func distances(_ text: String, _ furlongs: Double) { #expect(PublishedDistance.furlongs(text) == furlongs) }
    @Test(arguments: ["", "m", "5", "5x", "f5", "½", "1m5", "-5f", "0f"]) func whatIsNoDistance(_ text: String) {
        #expect(PublishedDistance.furlongs(text) == nil)
    }

    @Test(arguments: [("nk", 0.3), ("shd", 0.1), ("HD", 0.2), ("nse", 0.05), ("dht", 0), ("½", 0.5), ("1¼", 1.25), ("2.75", 2.75), ("dist", 30)])
    func lengths(_ text: String, _ lengths: Double) { #expect(PublishedLengths.lengths(text) == lengths) }
    @Test(arguments: ["", "-1", "far", "nan", "x½"]) func whatAreNoLengths(_ text: String) { #expect(PublishedLengths.lengths(text) == nil) }

    @Test(arguments: [("1:54.79", 114.79), ("4:3.50", 243.5), ("59.98", 59.98), ("0:59.98", 59.98)]) func times(_ text: String, _ seconds: Double) {
        #expect(PublishedTime.seconds(text).map { abs($0 - seconds) < 1e-9 } == true)
    }
    @Test(arguments: ["", "1:60", "-1", "1:2:3", "a:1", "-1:5"]) func whatIsNoTime(_ text: String) { #expect(PublishedTime.seconds(text) == nil) }

    /// A 12-hour London clock, wherever the race is.
    @Test(arguments: [
        ("5:45", "GB", "Wetherby", "2015-04-26", "17:45"), ("12:50", "GB", "Ascot", "2015-04-26", "12:50"),
        ("11:40", "GB", "Ascot", "2015-01-26", "11:40"),
        // an evening in Ireland, an afternoon in Tokyo at 06:40 in London, one in Hong Kong at 06:10
        ("8:15", "IRE", "Naas", "2015-05-11", "20:15"), ("7:40", "JPN", "Tokyo", "2015-05-10", "15:40"),
        ("6:10", "HK", "Sha Tin", "2015-05-03", "13:10"),
        // Louisville is five hours behind, Melbourne nine ahead, and its morning is the evening before in London
        ("11:34", "USA", "Churchill Downs", "2015-05-02", "18:34"), ("5:20", "AUS", "Caulfield", "2015-05-02", "14:20"),
        ("7:00", "FR", "Longchamp", "2015-05-10", "20:00"), ("14:05", "GB", "Ascot", "2015-05-10", "14:05"),
    ]) func theBritishClock(_ text: String, _ region: String, _ course: String, _ day: String, _ expected: String) throws {
        let zone = try CourseZone.zone(region: region, course: course)
        #expect(BritishClock.off(text, on: try #require(CalendarDay(day)), at: zone)?.description == expected)
    }

    @Test(arguments: ["", "5", "25:00", "5:61", "a:b", "5:4:3"]) func whatIsNoOff(_ text: String) throws {
        #expect(BritishClock.off(text, on: CalendarDay(16_000), at: try CourseZone.zone(region: "GB", course: "Ascot")) == nil)
    }
}

import Foundation
import Racing
import Testing

@Suite struct BritishClockTests {
    @Test(arguments: [
        ("5:45", "GB", "Wetherby", "2015-04-26", "17:45"), ("12:50", "GB", "Ascot", "2015-04-26", "12:50"),
        ("11:40", "GB", "Ascot", "2015-01-26", "11:40"), ("8:15", "IRE", "Naas", "2015-05-11", "20:15"),
        // Afternoon races in Asia are morning times in London.
        ("7:40", "JPN", "Tokyo", "2015-05-10", "15:40"), ("6:10", "HK", "Sha Tin", "2015-05-03", "13:10"),
        // Louisville is five hours behind London, Melbourne nine ahead.
        ("11:34", "USA", "Churchill Downs", "2015-05-02", "18:34"), ("5:20", "AUS", "Caulfield", "2015-05-02", "14:20"),
        ("7:00", "FR", "Longchamp", "2015-05-10", "20:00"), ("14:05", "GB", "Ascot", "2015-05-10", "14:05"),
    ])
    func `converts a London clock to local time at the course`(
        _ text: String,
        _ region: String,
        _ course: String,
        _ day: String,
        _ expected: String
    ) throws {
        let zone = try CourseZone.zone(region: region, course: course)
        #expect(BritishClock.off(text, on: try #require(CalendarDay(day)), at: zone)?.description == expected)
    }

    @Test(arguments: ["", "5", "25:00", "5:61", "a:b", "5:4:3"])
    func `rejects malformed off times`(_ text: String) throws {
        let ascot = try CourseZone.zone(region: "GB", course: "Ascot")
        #expect(BritishClock.off(text, on: CalendarDay(16_000), at: ascot) == nil)
    }
}

import Foundation
import Racing
import Testing

@Suite struct CourseZoneTests {
    @Test func `finds the zone of a region`() throws {
        let expected = [
            "GB": "Europe/London", "IRE": "Europe/Dublin", "HK": "Asia/Hong_Kong", "FR": "Europe/Paris",
            "JPN": "Asia/Tokyo", "UAE": "Asia/Dubai",
        ]
        for (region, identifier) in expected {
            let zone = try CourseZone.zone(region: region, course: "any")
            #expect(zone.identifier == identifier)
        }
    }

    @Test func `finds the zone by course in regions with several zones`() throws {
        let expected = [
            ("AUS", "Flemington", "Australia/Melbourne"), ("AUS", "Ascot", "Australia/Perth"),
            ("AUS", "Doomben", "Australia/Brisbane"), ("USA", "Belmont Park", "America/New_York"),
            ("USA", "Santa Anita", "America/Los_Angeles"), ("USA", "Arlington", "America/Chicago"),
        ]
        for (region, course, identifier) in expected {
            let zone = try CourseZone.zone(region: region, course: course)
            #expect(zone.identifier == identifier, "\(course)")
        }
    }

    @Test func `rejects unknown regions and courses instead of using UTC`() {
        for (region, course) in [
            ("XX", "Ascot"), ("", ""), ("AUS", "Nowhere Park"), ("USA", "Nowhere Downs"), ("USA", ""),
        ] {
            #expect(throws: RacingError.self, "\(region) \(course)") {
                try CourseZone.zone(region: region, course: course)
            }
        }
    }
}

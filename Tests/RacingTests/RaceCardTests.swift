import Racing
import Testing

@Suite struct RaceCardTests {
    private func card(
        region: String = "GB", course: String = "Ascot", off: WallTime? = WallTime(hour: 14, minute: 30), name: String = "Maiden Stakes"
    ) throws -> RaceCard {
        RaceCard(
            raceID: 1, day: try #require(CalendarDay("2025-07-16")), region: region, courseID: 1, courseName: course, off: off, name: name,
            raceClass: nil,
            pattern: nil, ratingBand: nil, furlongs: 8, metres: 1609, going: "Good", surface: "Turf")
    }

    @Test func theOffIsWallTimeAtTheCourse() throws {
        let ascot = try card().offInstant()
        #expect(ascot == Instant("2025-07-16T13:30:00Z"))
        let shaTin = try card(region: "HK", course: "ST").offInstant()
        #expect(shaTin == Instant("2025-07-16T06:30:00Z"))
        let perth = try card(region: "AUS", course: "Ascot").offInstant()
        #expect(perth == Instant("2025-07-16T06:30:00Z"))
    }

    @Test func noOffOrNoZoneIsAnError() throws {
        let (silent, nowhere) = (try card(off: nil), try card(region: "AUS", course: "Nowhere"))
        #expect(throws: RacingError.self) { try silent.offInstant() }
        #expect(throws: RacingError.self) { try nowhere.offInstant() }
        #expect(throws: RacingError.self) { try nowhere.zone() }
    }

    @Test func handicapsAreTold() throws {
        #expect(try !card().isHandicap)
        for name in ["Casino At bet365 Handicap", "7f Hcap", "2m Nov Hcap Hrd"] {
            let race = try card(name: name)
            #expect(race.isHandicap, "\(name)")
        }
        var hongKong = try card(region: "HK", course: "ST", name: "Class 4")
        hongKong.ratingBand = "60-40"
        #expect(hongKong.isHandicap, "a rated class race in Hong Kong is a handicap")
    }

    /// Classified stakes have a rating band and level weights: each-way terms of 12 runners and more would be the wrong ones.
    @Test func classifiedStakesAreNotHandicaps() throws {
        var race = try card(name: "Jessie May Kids Cup Classified Stakes")
        race.ratingBand = "0-65"
        #expect(!race.isHandicap)
    }
}

import Racing
import Testing

@Suite struct RaceCardTests {
    private func card(
        region: String = "GB",
        course: String = "Ascot",
        off: WallTime? = WallTime(hour: 14, minute: 30),
        name: String = "Maiden Stakes"
    ) throws -> RaceCard {
        RaceCard(
            raceID: 1,
            day: try #require(CalendarDay("2025-07-16")),
            region: region,
            courseID: 1,
            courseName: course,
            off: off,
            name: name,
            raceClass: nil,
            pattern: nil,
            ratingBand: nil,
            furlongs: 8,
            metres: 1609,
            going: "Good",
            surface: "Turf"
        )
    }

    @Test func `reads the off as local time at the course`() throws {
        let ascot = try card().offInstant()
        #expect(ascot == Instant("2025-07-16T13:30:00Z"))
        let shaTin = try card(region: "HK", course: "ST").offInstant()
        #expect(shaTin == Instant("2025-07-16T06:30:00Z"))
        let perth = try card(region: "AUS", course: "Ascot").offInstant()
        #expect(perth == Instant("2025-07-16T06:30:00Z"))
    }

    @Test func `throws without an off time or a time zone`() throws {
        let withoutOff = try card(off: nil)
        let withoutZone = try card(region: "AUS", course: "Nowhere")
        #expect(throws: RacingError.self) { try withoutOff.offInstant() }
        #expect(throws: RacingError.self) { try withoutZone.offInstant() }
        #expect(throws: RacingError.self) { try withoutZone.zone() }
    }

    @Test func `recognises handicaps`() throws {
        #expect(try !card().isHandicap)
        for name in ["Casino At bet365 Handicap", "7f Hcap", "2m Nov Hcap Hrd"] {
            let race = try card(name: name)
            #expect(race.isHandicap, "\(name)")
        }
        var hongKong = try card(region: "HK", course: "ST", name: "Class 4")
        hongKong.ratingBand = "60-40"
        #expect(hongKong.isHandicap, "a rated class race in Hong Kong is a handicap")
    }

    /// Classified stakes have a rating band but level weights, so the each-way terms of handicaps do not apply.
    @Test func `does not treat classified stakes as handicaps`() throws {
        var race = try card(name: "Jessie May Kids Cup Classified Stakes")
        race.ratingBand = "0-65"
        #expect(!race.isHandicap)
    }
}

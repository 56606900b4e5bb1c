import Features
import Racing
import Testing

@Suite struct RaceFactsTests {
    /// A table may hold such a distance: the Hong Kong files give it as text.
    @Test(arguments: [
        (5.96, nil, 1199), (51e9, nil, Int32.max), (-1, nil, 0), (6, 1200, 1200), (6, Int.max, Int32.max),
    ])
    func `takes any distance`(_ furlongs: Double, _ metres: Int?, _ expected: Int32) {
        let facts = RaceFacts(
            raceID: 1,
            day: CalendarDay(20_000),
            course: 1,
            pattern: nil,
            raceClass: nil,
            furlongs: furlongs,
            metres: metres,
            going: nil,
            surface: nil
        )
        #expect(facts.metres == expected)
    }
}

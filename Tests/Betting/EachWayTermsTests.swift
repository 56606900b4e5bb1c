import Betting
import Testing

@Suite struct EachWayTermsTests {
    private func terms(_ runners: Int, handicap: Bool) -> EachWayTerms? {
        EachWayTerms.standard(runners: runners, isHandicap: handicap)
    }

    @Test func `follows the table at its boundaries`() {
        let none: EachWayTerms? = nil
        let two = EachWayTerms(places: 2, fraction: 0.25)
        let fifth = EachWayTerms(places: 3, fraction: 0.2)
        let quarter = EachWayTerms(places: 3, fraction: 0.25)
        let four = EachWayTerms(places: 4, fraction: 0.25)
        let table: [(runners: Int, handicap: EachWayTerms?, other: EachWayTerms?)] = [
            (1, none, none), (4, none, none), (5, two, two), (7, two, two), (8, fifth, fifth), (11, fifth, fifth),
            (12, quarter, fifth), (15, quarter, fifth), (16, four, fifth), (24, four, fifth), (40, four, fifth),
        ]
        for row in table {
            #expect(terms(row.runners, handicap: true) == row.handicap, "\(row.runners) runners, handicap")
            #expect(terms(row.runners, handicap: false) == row.other, "\(row.runners) runners, no handicap")
        }
    }

    @Test func `follows the table for every field size`() {
        func expected(_ runners: Int, _ handicap: Bool) -> EachWayTerms? {
            if runners <= 4 { return nil }
            if runners <= 7 { return EachWayTerms(places: 2, fraction: 0.25) }
            if handicap && runners >= 16 { return EachWayTerms(places: 4, fraction: 0.25) }
            if handicap && runners >= 12 { return EachWayTerms(places: 3, fraction: 0.25) }
            return EachWayTerms(places: 3, fraction: 0.2)
        }
        for runners in 0...40 {
            for handicap in [false, true] {
                #expect(
                    terms(runners, handicap: handicap) == expected(runners, handicap),
                    "\(runners) runners, handicap: \(handicap)"
                )
            }
        }
    }
}

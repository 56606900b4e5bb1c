import Betting
import Testing

@Suite struct EdgeTests {
    @Test func `fair odds have no edge`() {
        for p in [0.05, 0.2, 0.5, 0.9] { #expect(abs(Edge.win(probability: p, odds: 1 / p)) < 1e-15) }
    }

    @Test func `the win edge is the mean profit over both outcomes`() {
        for (p, o, c) in [(0.2, 6.0, 0.0), (0.2, 6, 0.05), (0.55, 1.9, 0.02), (0.01, 150, 0.02)] {
            let mean = p * ((o - 1) * (1 - c)) + (1 - p) * -1
            #expect(abs(Edge.win(probability: p, odds: o, commission: c) - mean) < 1e-14)
        }
        #expect(abs(Edge.win(probability: 0.12, odds: 10) - 0.2) < 1e-14)
    }

    /// An each-way bet of one unit has three outcomes: it wins, is placed, or loses.
    @Test func `the each-way edge is the mean profit over three outcomes`() {
        for (win, place, odds, terms) in [
            (0.1, 0.3, 11.0, EachWayTerms(places: 3, fraction: 0.2)),
            (0.25, 0.6, 5, EachWayTerms(places: 2, fraction: 0.25)),
            (0.02, 0.15, 41, EachWayTerms(places: 4, fraction: 0.25)),
        ] {
            let ifWon = 0.5 * (odds - 1) + 0.5 * (odds - 1) * terms.fraction
            let ifPlaced = -0.5 + 0.5 * (odds - 1) * terms.fraction
            let mean = win * ifWon + (place - win) * ifPlaced + (1 - place) * -1
            #expect(abs(Edge.eachWay(win: win, place: place, odds: odds, terms: terms) - mean) < 1e-14)
        }
    }
}

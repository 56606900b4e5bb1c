import Betting
import Testing

@Suite struct OddsReductionTests {
    private func out(rule4: Double? = nil, factor: Double? = nil, place: Double? = nil) -> OddsReduction.Withdrawal {
        OddsReduction.Withdrawal(rule4: rule4, factor: factor, placeFactor: place)
    }

    /// Betfair's own examples: 8.0 with a factor of 25 % becomes 6.0 in the win market, 6.25 in the place market.
    @Test func theExchangesExamples() {
        #expect(OddsReduction.reduced(8, side: .win, kind: .exchange, [out(factor: 0.25)]) == 6)
        #expect(OddsReduction.reduced(8, side: .place, kind: .exchange, [out(place: 0.25)]) == 6.25)
    }

    @Test func severalWithdrawals() throws {
        let twice = try #require(OddsReduction.reduced(10, side: .win, kind: .exchange, [out(factor: 0.2), out(factor: 0.1)]))
        #expect(abs(twice - 7.2) < 1e-12)
        #expect(OddsReduction.reduced(10, side: .win, kind: .exchange, [out(factor: 0.02)]) == 10, "under 2.5 % the win market does nothing")
        let small = try #require(OddsReduction.reduced(10, side: .place, kind: .exchange, [out(place: 0.02)]))
        #expect(abs(small - 9.82) < 1e-12, "the place market does")
        #expect(OddsReduction.reduced(1.05, side: .win, kind: .exchange, [out(factor: 0.5)]) == 1.01)
        let book = try #require(OddsReduction.reduced(5, side: .ew, kind: .bookmaker, [out(rule4: 0.2), out(rule4: 0.15)]))
        #expect(abs(book - 3.6) < 1e-12, "deductions add up")
        let most = try #require(OddsReduction.reduced(5, side: .win, kind: .bookmaker, [out(rule4: 0.75), out(rule4: 0.5)]))
        #expect(abs(most - 1.4) < 1e-12, "to 90p in the pound at most")
    }

    @Test func whatIsNotKnownIsNotGuessed() {
        #expect(OddsReduction.reduced(5, side: .win, kind: .bookmaker, [out(factor: 0.2)]) == nil)
        #expect(OddsReduction.reduced(5, side: .win, kind: .exchange, [out(factor: 0.2), out(rule4: 0.1)]) == nil)
        #expect(OddsReduction.reduced(5, side: .place, kind: .exchange, [out(factor: 0.2)]) == nil)
        #expect(OddsReduction.reduced(5, side: .win, kind: .exchange, []) == 5)
    }
}

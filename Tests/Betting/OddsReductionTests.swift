import Betting
import Testing

@Suite struct OddsReductionTests {
    private func withdrawal(
        rule4: Double? = nil,
        factor: Double? = nil,
        place: Double? = nil
    ) -> OddsReduction.Withdrawal {
        OddsReduction.Withdrawal(rule4: rule4, factor: factor, placeFactor: place)
    }

    /// From Betfair's help pages: with a factor of 25 %, 8.0 becomes 6.0 in the win market and 6.25 in the place
    /// market.
    @Test func `matches the exchange's examples`() {
        #expect(OddsReduction.reduced(8, type: .win, kind: .exchange, [withdrawal(factor: 0.25)]) == 6)
        #expect(OddsReduction.reduced(8, type: .place, kind: .exchange, [withdrawal(place: 0.25)]) == 6.25)
    }

    @Test func `combines several withdrawals`() throws {
        let twice = try #require(
            OddsReduction.reduced(10, type: .win, kind: .exchange, [withdrawal(factor: 0.2), withdrawal(factor: 0.1)])
        )
        #expect(abs(twice - 7.2) < 1e-12)
        #expect(
            OddsReduction.reduced(10, type: .win, kind: .exchange, [withdrawal(factor: 0.02)]) == 10,
            "the win market ignores factors under 2.5 %"
        )
        let small = try #require(OddsReduction.reduced(10, type: .place, kind: .exchange, [withdrawal(place: 0.02)]))
        #expect(abs(small - 9.82) < 1e-12, "the place market does not")
        #expect(OddsReduction.reduced(1.05, type: .win, kind: .exchange, [withdrawal(factor: 0.5)]) == 1.01)
        let twoDeductions = try #require(
            OddsReduction.reduced(
                5,
                type: .eachWay,
                kind: .bookmaker,
                [withdrawal(rule4: 0.2), withdrawal(rule4: 0.15)]
            )
        )
        #expect(abs(twoDeductions - 3.6) < 1e-12, "deductions add up")
        let maximum = try #require(
            OddsReduction.reduced(5, type: .win, kind: .bookmaker, [withdrawal(rule4: 0.75), withdrawal(rule4: 0.5)])
        )
        #expect(abs(maximum - 1.4) < 1e-12, "deductions are capped at 90p in the pound")
    }

    @Test func `returns nil if a reduction is unknown`() {
        #expect(OddsReduction.reduced(5, type: .win, kind: .bookmaker, [withdrawal(factor: 0.2)]) == nil)
        let oneUnknown = [withdrawal(factor: 0.2), withdrawal(rule4: 0.1)]
        #expect(OddsReduction.reduced(5, type: .win, kind: .exchange, oneUnknown) == nil)
        #expect(OddsReduction.reduced(5, type: .place, kind: .exchange, [withdrawal(factor: 0.2)]) == nil)
        #expect(OddsReduction.reduced(5, type: .win, kind: .exchange, []) == 5)
    }
}

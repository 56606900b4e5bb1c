import Betting
import Foundation
import Testing

@Suite struct ClosingLineTests {
    @Test func `prefers BSP, then the last traded price, then SP`() {
        #expect(ClosingPrice(bsp: 5, lastTraded: 6, sp: 7) == ClosingPrice(odds: 5, source: .bsp))
        #expect(ClosingPrice(bsp: nil, lastTraded: 6, sp: 7) == ClosingPrice(odds: 6, source: .last))
        #expect(ClosingPrice(bsp: nil, lastTraded: nil, sp: 7) == ClosingPrice(odds: 7, source: .sp))
        #expect(ClosingPrice(bsp: nil, lastTraded: nil, sp: nil) == nil)
    }

    @Test func `skips invalid prices`() {
        for invalid in [1, 0, -1, Double.nan, .infinity] {
            #expect(
                ClosingPrice(bsp: invalid, lastTraded: 6, sp: 7) == ClosingPrice(odds: 6, source: .last),
                "\(invalid)"
            )
            #expect(
                ClosingPrice(bsp: invalid, lastTraded: invalid, sp: 7) == ClosingPrice(odds: 7, source: .sp),
                "\(invalid)"
            )
            #expect(ClosingPrice(bsp: invalid, lastTraded: invalid, sp: invalid) == nil, "\(invalid)")
        }
    }

    @Test func `computes the log ratio and the expected return`() {
        #expect(ClosingLineValue.logRatio(taken: 4, closing: 4) == 0)
        #expect(abs(ClosingLineValue.logRatio(taken: 5, closing: 4) - log(1.25)) < 1e-15)
        #expect(ClosingLineValue.logRatio(taken: 3, closing: 4) < 0)
        #expect(abs(ClosingLineValue.expectedReturn(taken: 5, closingProbability: 0.25) - 0.25) < 1e-15)
        #expect(ClosingLineValue.expectedReturn(taken: 4, closingProbability: 0.25) == 0)
    }
}

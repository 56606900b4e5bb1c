import Betting
import Foundation
import ModelingStore
import Racing
import Testing
import Workers

@Suite struct BetSettlerTests {
    private let off = Instant(microseconds: 1_000_000_000)

    private func result(_ horse: Int64, _ position: Int?, withdrawn: Bool = false, closing: Double? = nil) -> StoredResult {
        StoredResult(
            raceID: 1, horseID: horse, off: off, isHandicap: false, outcome: RunnerOutcome(position: position, isWithdrawn: withdrawn), placeBSP: 1.8,
            closing: closing.map { ClosingPrice(odds: $0, source: .bsp) })
    }

    private func bet(_ horse: Int64, side: BetSide = .win, at: Instant? = nil) -> OpenBet {
        OpenBet(betID: 9, at: at ?? off.advanced(bySeconds: -600), raceID: 1, horseID: horse, side: side, odds: 5, stake: 2)
    }

    private func settle(_ bet: OpenBet, _ results: [StoredResult], late: [Int64]? = nil, commission: Double = 0) -> SettledBet {
        BetSettler.settle(bet, results, withdrawnLate: late, commission: commission)
    }

    private var field: [StoredResult] { (1...8).map { result(Int64($0), $0, closing: 4) } }

    @Test func winnersLosersAndTheClosingLine() {
        let won = settle(bet(1), field, commission: 0.05)
        #expect(abs((won.profit ?? 0) - 7.6) < 1e-12 && won.closingOdds == 4 && won.closingSource == "bsp")
        #expect(abs((won.clv ?? 0) - log(5.0 / 4)) < 1e-12)
        #expect(settle(bet(2), field).profit == -2)
        let place = settle(bet(3, side: .place), field)
        #expect(place.profit == 8 && place.closingOdds == 1.8, "a place bet closes at the place BSP")
    }

    @Test func aPriceTakenAtTheOffHasNoCLV() {
        let settled = settle(bet(1, at: off), field)
        #expect(settled.profit == 8 && settled.clv == nil && settled.closingOdds == 4)
    }

    @Test func aWithdrawnRunnerIsVoid() {
        let void = settle(bet(9), field + [result(9, nil, withdrawn: true)])
        #expect(void.profit == 0 && void.clv == nil && void.unsettledReason == nil)
    }

    @Test func whatCannotBeSettledSaysWhy() {
        #expect(settle(bet(77), field).unsettledReason?.contains("77") == true)
        let late = settle(bet(1), field, late: [12])
        #expect(late.profit == nil && late.unsettledReason?.contains("12") == true)
        // a place bet where four run has no terms
        let few = settle(bet(1, side: .place), Array(field.prefix(4)))
        #expect(few.profit == nil && few.unsettledReason != nil)
    }
}

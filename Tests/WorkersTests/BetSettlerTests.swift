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

    private func bet(_ horse: Int64, side: BetSide = .win, at: Instant? = nil, terms: EachWayTerms? = nil) -> OpenBet {
        OpenBet(betID: 9, at: at ?? off.advanced(bySeconds: -600), raceID: 1, horseID: horse, side: side, odds: 5, stake: 2, terms: terms)
    }

    private func settle(
        _ bet: OpenBet, _ results: [StoredResult], late: [Int64] = [], told: [WithdrawalStore.Withdrawal] = [],
        kind: StakingPolicy.Source.Kind = .bookmaker, commission: Double = 0
    ) -> SettledBet {
        BetSettler.settle(bet, results, withdrawals: told, pricedBefore: late, StakingPolicy.Source(kind: kind, commission: commission))
    }

    private func withdrawal(_ horse: Int64, before seconds: Double, rule4: Double? = nil, factor: Double? = nil, place: Double? = nil)
        -> WithdrawalStore.Withdrawal
    {
        WithdrawalStore.Withdrawal(
            raceID: 1, horseID: horse, at: off.advanced(bySeconds: -seconds),
            reduction: OddsReduction.Withdrawal(rule4: rule4, factor: factor, placeFactor: place))
    }

    @Test func aLateWithdrawalReducesTheOddsByTheSourcesOwnRule() {
        let results = field + [result(12, nil, withdrawn: true)]
        // 25p in the pound off winnings of 4 to 1
        let book = settle(bet(1), results, late: [12], told: [withdrawal(12, before: 60, rule4: 0.25)])
        #expect(book.odds == 4 && book.profit == 6 && book.clv == 0, "the taken price is reduced before it is held against the closing one")
        // 20 % off the price itself
        let exchange = settle(bet(1), results, late: [12], told: [withdrawal(12, before: 60, rule4: 0.25, factor: 0.2)], kind: .exchange)
        #expect(exchange.odds == 4 && exchange.profit == 6)
        let unknown = settle(bet(1), results, told: [withdrawal(12, before: 60, rule4: 0.25)], kind: .exchange)
        #expect(unknown.profit == nil && unknown.unsettledReason?.contains("reduction factor") == true)
        // it was out before the bet was struck
        let early = settle(bet(1), results, told: [withdrawal(12, before: 700, rule4: 0.25)])
        #expect(early.odds == 5 && early.profit == 8)
    }

    @Test func anExchangesPlaceMarketSaysWhomItPaid() {
        let half: Double = 3
        func results(_ positions: [Int], paid: Set<Int>) -> [StoredResult] {
            positions.enumerated().map { index, position in
                StoredResult(
                    raceID: 1, horseID: Int64(index + 1), off: off, isHandicap: false, outcome: RunnerOutcome(position: position), placeBSP: 2,
                    placePaid: paid.contains(index + 1), closing: nil)
            }
        }
        // seven started, and the market, made for eight, paid three
        let seven = results([1, 2, 3, 4, 5, 6, 7], paid: [1, 2, 3])
        #expect(settle(bet(3, side: .place), seven, kind: .exchange).profit == 8)
        #expect(settle(bet(3, side: .place), seven).profit == -2, "a bookmaker pays two of seven")
        #expect(settle(bet(4, side: .place), seven, kind: .exchange).profit == -2)
        // of nine, two tied for third: half of each is paid
        let tied = results([1, 2, 3, 3, 5, 6, 7, 8, 9], paid: [1, 2, 3, 4])
        #expect(settle(bet(3, side: .place), tied, kind: .exchange).profit == half)
        // two tied for second fill the three places of nine
        let full = results([1, 2, 2, 4, 5, 6, 7, 8, 9], paid: [1, 2, 3])
        #expect(settle(bet(2, side: .place), full, kind: .exchange).profit == 8)
        // four places were paid where three are usual, and two tied for the fourth: it is no loss, and how much it is nobody knows
        let deeper = settle(bet(4, side: .place), results([1, 2, 3, 4, 4, 6, 7, 8, 9], paid: [1, 2, 3, 4, 5]), kind: .exchange)
        #expect(deeper.profit == nil && deeper.unsettledReason?.contains("with --places") == true)
        // seven ran: two places or, made for eight, three, cannot be told from a tie for second
        let doubtful = results([1, 2, 2, 4, 5, 6, 7], paid: [1, 2, 3])
        let waiting = settle(bet(2, side: .place), doubtful, kind: .exchange)
        #expect(waiting.profit == nil && waiting.unsettledReason?.contains("with --places") == true)
        #expect(settle(bet(2, side: .place, terms: EachWayTerms(places: 2, fraction: 0)), doubtful, kind: .exchange).profit == half)
        // nobody says whom the market paid: eight and more have three places, of fewer it is not known
        #expect(settle(bet(3, side: .place), field, kind: .exchange).profit == 8)
        #expect(settle(bet(2, side: .place), Array(field.prefix(7)), kind: .exchange).unsettledReason?.contains("with --places") == true)
    }

    @Test func theTermsOfTheBetComeBeforeTheTable() throws {
        // four places at a quarter where the table has three at a fifth
        let extra = settle(bet(4, side: .ew, terms: EachWayTerms(places: 4, fraction: 0.25)), field)
        #expect(abs(try #require(extra.profit)) < 1e-12)
        #expect(settle(bet(4, side: .ew), field).profit == -2)
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

import Betting
import CLVTracker
import Foundation
import ModelingStore
import Racing
import Testing

@Suite struct BetSettlementTests {
    private let off = Instant(microseconds: 1_000_000_000)

    private func result(_ horse: Int64, _ position: Int?, withdrawn: Bool = false, closing: Double? = nil)
        -> StoredResult
    {
        StoredResult(
            raceID: 1,
            horseID: horse,
            off: off,
            isHandicap: false,
            outcome: RunnerOutcome(position: position, isWithdrawn: withdrawn),
            placeBSP: 1.8,
            closing: closing.map { ClosingPrice(odds: $0, source: .bsp) }
        )
    }

    private func bet(_ horse: Int64, type: BetType = .win, at: Instant? = nil, terms: EachWayTerms? = nil) -> OpenBet {
        OpenBet(
            betID: 9,
            at: at ?? off.advanced(bySeconds: -600),
            raceID: 1,
            horseID: horse,
            type: type,
            odds: 5,
            stake: 2,
            terms: terms
        )
    }

    private func settle(
        _ bet: OpenBet,
        _ results: [StoredResult],
        late: [Int64] = [],
        reported: [WithdrawalStore.Withdrawal] = [],
        kind: StakingPolicy.Source.Kind = .bookmaker,
        commission: Double = 0
    ) -> SettledBet {
        BetSettlement(
            bet,
            RaceOutcome(results: results, withdrawals: reported, pricedThenWithdrawn: late),
            StakingPolicy.Source(kind: kind, commission: commission)
        ).settled()
    }

    private func withdrawal(
        _ horse: Int64,
        before seconds: Double,
        rule4: Double? = nil,
        factor: Double? = nil,
        place: Double? = nil
    )
        -> WithdrawalStore.Withdrawal
    {
        WithdrawalStore.Withdrawal(
            raceID: 1,
            horseID: horse,
            at: off.advanced(bySeconds: -seconds),
            reduction: OddsReduction.Withdrawal(rule4: rule4, factor: factor, placeFactor: place)
        )
    }

    @Test func `reduces the odds for a late withdrawal by the rule of the source`() {
        let results = field + [result(12, nil, withdrawn: true)]
        // 25p in the pound is deducted from winnings of 4 to 1.
        let book = settle(bet(1), results, late: [12], reported: [withdrawal(12, before: 60, rule4: 0.25)])
        #expect(
            book.odds == 4 && book.profit == 6 && book.clv == 0,
            "the price taken is reduced before it is compared with the closing price"
        )
        // The price itself is reduced by 20 %.
        let exchange = settle(
            bet(1),
            results,
            late: [12],
            reported: [withdrawal(12, before: 60, rule4: 0.25, factor: 0.2)],
            kind: .exchange
        )
        #expect(exchange.odds == 4 && exchange.profit == 6)
        let unknown = settle(bet(1), results, reported: [withdrawal(12, before: 60, rule4: 0.25)], kind: .exchange)
        #expect(unknown.profit == nil && unknown.unsettledReason?.contains("reduction factor") == true)
        // The runner was withdrawn before the bet was struck.
        let early = settle(bet(1), results, reported: [withdrawal(12, before: 700, rule4: 0.25)])
        #expect(early.odds == 5 && early.profit == 8)
    }

    @Test func `settles exchange place bets by the flags of the market`() {
        let half: Double = 3
        func results(_ positions: [Int], paid: Set<Int>) -> [StoredResult] {
            positions.enumerated().map { index, position in
                StoredResult(
                    raceID: 1,
                    horseID: Int64(index + 1),
                    off: off,
                    isHandicap: false,
                    outcome: RunnerOutcome(position: position),
                    placeBSP: 2,
                    placePaid: paid.contains(index + 1),
                    closing: nil
                )
            }
        }
        // The market was made for eight runners and paid three places; seven started.
        let seven = results([1, 2, 3, 4, 5, 6, 7], paid: [1, 2, 3])
        #expect(settle(bet(3, type: .place), seven, kind: .exchange).profit == 8)
        #expect(settle(bet(3, type: .place), seven).profit == -2, "a bookmaker pays two of seven")
        #expect(settle(bet(4, type: .place), seven, kind: .exchange).profit == -2)
        // Two of nine tied for third: half of each stake is paid.
        let tied = results([1, 2, 3, 3, 5, 6, 7, 8, 9], paid: [1, 2, 3, 4])
        #expect(settle(bet(3, type: .place), tied, kind: .exchange).profit == half)
        // Two tied for second, which fills the three places of nine starters.
        let full = results([1, 2, 2, 4, 5, 6, 7, 8, 9], paid: [1, 2, 3])
        #expect(settle(bet(2, type: .place), full, kind: .exchange).profit == 8)
        // Four places were paid instead of the usual three, and two tied for fourth. The bet did not lose, but its
        // share is unknown.
        let deeper = settle(
            bet(4, type: .place),
            results([1, 2, 3, 4, 4, 6, 7, 8, 9], paid: [1, 2, 3, 4, 5]),
            kind: .exchange
        )
        #expect(deeper.profit == nil && deeper.unsettledReason?.contains("with --places") == true)
        // Seven ran, and two tied for second: the market had two places, or three if it was made for eight.
        let doubtful = results([1, 2, 2, 4, 5, 6, 7], paid: [1, 2, 3])
        let waiting = settle(bet(2, type: .place), doubtful, kind: .exchange)
        #expect(waiting.profit == nil && waiting.unsettledReason?.contains("with --places") == true)
        #expect(
            settle(bet(2, type: .place, terms: EachWayTerms(places: 2, fraction: 0)), doubtful, kind: .exchange).profit
                == half
        )
        // Without flags: three places from eight starters; unknown for fewer.
        #expect(settle(bet(3, type: .place), field, kind: .exchange).profit == 8)
        #expect(
            settle(bet(2, type: .place), Array(field.prefix(7)), kind: .exchange).unsettledReason?.contains(
                "with --places"
            ) == true
        )
    }

    @Test func `prefers the terms of the bet to the table`() throws {
        // Four places at a quarter; the table has three at a fifth.
        let extra = settle(bet(4, type: .eachWay, terms: EachWayTerms(places: 4, fraction: 0.25)), field)
        #expect(abs(try #require(extra.profit)) < 1e-12)
        #expect(settle(bet(4, type: .eachWay), field).profit == -2)
    }

    private var field: [StoredResult] { (1...8).map { result(Int64($0), $0, closing: 4) } }

    @Test func `settles winners and losers and records the closing line`() {
        let won = settle(bet(1), field, commission: 0.05)
        #expect(abs((won.profit ?? 0) - 7.6) < 1e-12 && won.closingOdds == 4 && won.closingSource == "bsp")
        #expect(abs((won.clv ?? 0) - log(5.0 / 4)) < 1e-12)
        #expect(settle(bet(2), field).profit == -2)
        let place = settle(bet(3, type: .place), field)
        #expect(place.profit == 8 && place.closingOdds == 1.8, "a place bet closes at the place BSP")
    }

    @Test func `gives no CLV to a price taken at the off`() {
        let settled = settle(bet(1, at: off), field)
        #expect(settled.profit == 8 && settled.clv == nil && settled.closingOdds == 4)
    }

    @Test(arguments: [0, 1, -2, Double.leastNonzeroMagnitude, .infinity, .nan])
    func `gives no CLV against a place BSP that is no price`(_ placeBSP: Double) {
        let winner = StoredResult(
            raceID: 1,
            horseID: 1,
            off: off,
            isHandicap: false,
            outcome: RunnerOutcome(position: 1),
            placeBSP: placeBSP,
            closing: nil
        )
        let settled = settle(bet(1, type: .place), [winner] + field.dropFirst())
        #expect(settled.profit == 8 && settled.clv == nil && settled.closingOdds == nil)
    }

    @Test func `voids a bet on a withdrawn runner`() {
        let void = settle(bet(9), field + [result(9, nil, withdrawn: true)])
        #expect(void.profit == 0 && void.clv == nil && void.unsettledReason == nil)
    }

    @Test func `explains why a bet stays unsettled`() {
        #expect(settle(bet(77), field).unsettledReason?.contains("77") == true)
        let late = settle(bet(1), field, late: [12])
        #expect(late.profit == nil && late.unsettledReason?.contains("12") == true)
        // There are no place terms for four runners.
        let few = settle(bet(1, type: .place), Array(field.prefix(4)))
        #expect(few.profit == nil && few.unsettledReason != nil)
    }
}

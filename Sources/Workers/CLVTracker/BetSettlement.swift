import Betting
import ModelingStore
import Racing

/// Settles one bet against the outcome of its race.
public struct BetSettlement {
    private let bet: OpenBet
    private let race: RaceOutcome
    private let source: StakingPolicy.Source

    /// - Parameter source: the rule and the commission by which the bet is settled.
    public init(_ bet: OpenBet, _ race: RaceOutcome, _ source: StakingPolicy.Source) {
        self.bet = bet
        self.race = race
        self.source = source
    }

    /// Returns the profit, the closing line and the CLV of the bet, or the reason why it cannot be settled yet.
    public func settled() -> SettledBet {
        guard let result = race.results.first(where: { $0.horseID == bet.horseID }) else {
            return unsettled("horse \(bet.horseID) is not in the result of race \(bet.raceID)")
        }
        if result.outcome.isWithdrawn { return void }
        do throws(BettingError) {
            let odds = try reducedOdds()
            return try settled(result, odds: odds)
        } catch { return unsettled("\(error)") }
    }

    private func settled(_ result: StoredResult, odds: Double) throws(BettingError) -> SettledBet {
        let placeClosing = ClosingPrice(bsp: result.placeBSP, lastTraded: nil, sp: nil)
        let closing = bet.type == .place ? placeClosing : result.closing
        // A price taken at the off is the closing price, so its CLV would be meaningless.
        let isMeasurable = bet.at < result.off && odds > 1
        return SettledBet(
            betID: bet.betID,
            profit: try profit(result, odds: odds),
            odds: odds,
            closingOdds: closing?.odds,
            closingSource: closing?.source.rawValue,
            clv: isMeasurable ? closing.map { ClosingLineValue.logRatio(taken: odds, closing: $0.odds) } : nil,
            unsettledReason: nil
        )
    }

    private var void: SettledBet {
        SettledBet(
            betID: bet.betID,
            profit: 0,
            odds: bet.odds,
            closingOdds: nil,
            closingSource: nil,
            clv: nil,
            unsettledReason: nil
        )
    }

    private func unsettled(_ reason: String) -> SettledBet {
        SettledBet(
            betID: bet.betID,
            profit: nil,
            closingOdds: nil,
            closingSource: nil,
            clv: nil,
            unsettledReason: reason
        )
    }

    /// The odds taken, reduced for the runners withdrawn after the bet was struck.
    ///
    /// - Throws: `BettingError` if a reduction is not known yet.
    private func reducedOdds() throws(BettingError) -> Double {
        let withdrawn = Set(race.results.filter(\.outcome.isWithdrawn).map(\.horseID))
        let reported = race.withdrawals.filter { withdrawn.contains($0.horseID) }
        let unreported = Set(race.pricedThenWithdrawn).subtracting(reported.map(\.horseID)).sorted()
        guard unreported.isEmpty else {
            throw BettingError(
                "withdrawn after the bet: \(Self.list(unreported)); the reduction of the odds is not known: "
                    + "report it with `giddyup withdrawal`"
            )
        }
        let late = reported.filter { $0.at > bet.at }
        guard let odds = OddsReduction.reduced(bet.odds, type: bet.type, kind: source.kind, late.map(\.reduction))
        else {
            let missing = source.kind == .exchange ? "exchange's reduction factor" : "deduction under Rule 4"
            throw BettingError(
                "withdrawn after the bet: \(Self.list(late.map(\.horseID))); the \(missing) is not known: "
                    + "report it with `giddyup withdrawal`"
            )
        }
        return odds
    }

    private static func list(_ horses: [Int64]) -> String { horses.map(String.init).joined(separator: ", ") }

    private func profit(_ result: StoredResult, odds: Double) throws(BettingError) -> Double {
        // The number of places of an exchange's market is fixed with the market, not by the number of starters.
        if bet.type == .place, bet.terms == nil, source.kind == .exchange {
            return try exchangePlaceProfit(result, odds: odds)
        }
        let terms = bet.terms ?? EachWayTerms.standard(runners: race.starters.count, isHandicap: result.isHandicap)
        return try profit(result, odds: odds, terms: terms)
    }

    private func profit(_ result: StoredResult, odds: Double, terms: EachWayTerms?) throws(BettingError) -> Double {
        try Settlement.profit(
            type: bet.type,
            stake: bet.stake,
            odds: odds,
            runner: result.outcome,
            field: race.results.map(\.outcome),
            terms: terms,
            commission: source.commission
        )
    }

    private func exchangePlaceProfit(_ result: StoredResult, odds: Double) throws(BettingError) -> Double {
        // Prefer the market's own flags to any table of places.
        if let isPaid = result.placePaid {
            return Settlement.profit(
                stake: bet.stake,
                odds: odds,
                paidShare: isPaid ? try ExchangePlaces(race).paidShare(of: result) : 0,
                commission: source.commission
            )
        }
        guard let places = ExchangePlaces(race).count else { throw BettingError(ExchangePlaces.unknown) }
        return try profit(result, odds: odds, terms: EachWayTerms(places: places, fraction: 1))
    }
}

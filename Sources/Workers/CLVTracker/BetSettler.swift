import Betting
import Logging
import ModelingStore
import Postgres
import Racing

/// Settles what can be settled of a race, as a set: whatever came first, bets, result or withdrawals.
public struct BetSettler: Sendable {
    let policy: StakingPolicy
    private let logger: Logger

    /// - Parameter policy: its sources say by which rule and at what commission a bet is settled.
    public init(policy: StakingPolicy, logger: Logger) {
        self.policy = policy
        self.logger = logger
    }

    /// Inside the caller's transaction, with the races locked.
    func settle(races: [Int64], _ connection: PostgresConnection) async throws {
        let results = try await ResultStore.read(races: races, connection)
        let open = try await BetStore.open(races: races.filter { results[$0] != nil }, connection)
        guard !open.isEmpty else { return }
        let (withdrawals, late) = (
            try await WithdrawalStore.read(races: races, connection), try await BetStore.withdrawnAfterBet(open.map(\.betID), connection)
        )
        let settled = open.map { bet in
            Self.settle(
                bet, results[bet.raceID] ?? [], withdrawals: withdrawals[bet.raceID] ?? [], pricedBefore: late[bet.betID] ?? [],
                bet.rule ?? policy.source(bet.source))
        }
        for bet in settled { if let reason = bet.unsettledReason { logger.error("bet \(bet.betID) stays unsettled: \(reason)") } }
        try await BetStore.settle(settled, connection)
    }

    /// One bet against the results of its race.
    ///
    /// - Parameters:
    ///   - withdrawals: of the race, as messages told.
    ///   - pricedBefore: the withdrawn runners that signals had still priced when the bet was struck.
    public static func settle(
        _ bet: OpenBet, _ results: [StoredResult], withdrawals: [WithdrawalStore.Withdrawal] = [], pricedBefore: [Int64] = [],
        _ source: StakingPolicy.Source
    ) -> SettledBet {
        func unsettled(_ reason: String) -> SettledBet {
            SettledBet(betID: bet.betID, profit: nil, closingOdds: nil, closingSource: nil, clv: nil, unsettledReason: reason)
        }
        guard let own = results.first(where: { $0.horseID == bet.horseID }) else {
            return unsettled("horse \(bet.horseID) is not in the result of race \(bet.raceID)")
        }
        if own.outcome.isWithdrawn {
            return SettledBet(betID: bet.betID, profit: 0, odds: bet.odds, closingOdds: nil, closingSource: nil, clv: nil, unsettledReason: nil)
        }
        let gone = Set(results.filter(\.outcome.isWithdrawn).map(\.horseID))
        let told = withdrawals.filter { gone.contains($0.horseID) }
        let unknown = Set(pricedBefore).subtracting(told.map(\.horseID)).sorted()
        guard unknown.isEmpty else {
            return unsettled(
                "withdrawn after the bet: \(unknown.map(String.init).joined(separator: ", ")); the reduction of the odds is not known: giddyup withdrawal tells it"
            )
        }
        let late = told.filter { $0.at > bet.at }
        guard let odds = OddsReduction.reduced(bet.odds, side: bet.side, kind: source.kind, late.map(\.reduction)) else {
            return unsettled(
                "withdrawn after the bet: \(late.map { String($0.horseID) }.joined(separator: ", ")); the \(source.kind == .exchange ? "exchange's reduction factor" : "deduction by Rule 4") is not known: giddyup withdrawal tells it"
            )
        }
        do throws(BettingError) {
            let profit = try profit(bet, own, results, odds: odds, source)
            let closing = bet.side == .place ? own.placeBSP.map { ClosingPrice(odds: $0, source: .bsp) } : own.closing
            // a price taken at the off is the closing price: it measures nothing
            let isMeasurable = bet.at < own.off && odds > 1
            return SettledBet(
                betID: bet.betID, profit: profit, odds: odds, closingOdds: closing?.odds, closingSource: closing?.source.rawValue,
                clv: isMeasurable ? closing.map { ClosingLineValue.logRatio(taken: odds, closing: $0.odds) } : nil, unsettledReason: nil)
        } catch { return unsettled("\(error)") }
    }

    private static func profit(
        _ bet: OpenBet, _ own: StoredResult, _ results: [StoredResult], odds: Double, _ source: StakingPolicy.Source
    ) throws(BettingError) -> Double {
        let field = results.map(\.outcome)
        let starters = results.count { !$0.outcome.isWithdrawn }
        let terms = bet.terms ?? EachWayTerms.standard(runners: starters, isHandicap: own.isHandicap)
        // an exchange's number of places is fixed with its market, which the table of the starters does not know; the market itself says whom it paid
        if bet.side == .place, bet.terms == nil, source.kind == .exchange, let paid = own.placePaid {
            return Settlement.profit(bet.stake, odds, paid ? try exchangeShare(own, results) : 0, source.commission)
        }
        if bet.side == .place, bet.terms == nil, source.kind == .exchange {
            guard let places = places(results) else { throw BettingError(unknownPlaces) }
            return try Settlement.profit(
                side: .place, stake: bet.stake, odds: odds, runner: own.outcome, field: field, terms: EachWayTerms(places: places, fraction: 1),
                commission: source.commission)
        }
        return try Settlement.profit(
            side: bet.side, stake: bet.stake, odds: odds, runner: own.outcome, field: field, terms: terms, commission: source.commission)
    }

    /// The part that the place market pays of a bet on a runner that it paid: less than 1 for a dead heat that goes over the last place.
    private static func exchangeShare(_ own: StoredResult, _ results: [StoredResult]) throws(BettingError) -> Double {
        let last = results.filter { $0.placePaid == true }.compactMap(\.outcome.position).max() ?? 0
        let tied = results.count { $0.outcome.position == last && !$0.outcome.isWithdrawn }
        // more were paid than the tied and those before them: the tie is not for the last place
        guard own.outcome.position == last, tied > 1, results.count(where: { $0.placePaid == true }) <= last + tied - 1 else { return 1 }
        // from five starters on there are two places at least
        if last + tied - 1 <= 2, results.count(where: { !$0.outcome.isWithdrawn }) >= 5 { return 1 }
        // the flags are the same whether all of the tied filled a place or shared the last one
        // a market that paid further down than three had more places
        guard let places = places(results), last <= places else { throw BettingError("a dead heat for the last place paid: \(unknownPlaces)") }
        return min(1, Double(places - last + 1) / Double(tied))
    }

    /// How many places an exchange's market had, where that can be told: they were fixed by the runners declared then, of whom some may not be in the
    /// result at all. With 8 to 11 starters it was three but for fields that lost many.
    private static func places(_ results: [StoredResult]) -> Int? {
        let starters = results.count { !$0.outcome.isWithdrawn }
        return (8...11).contains(starters) && results.count < 12 ? 3 : nil
    }

    private static let unknownPlaces =
        "how many places the exchange's market had is not known: record the bet again with the same --ref, odds and time, and with --places"
}

import Betting
import Logging
import ModelingStore
import Postgres
import Racing

/// Settles what can be settled of a race, as a set: whatever came first, bets or result.
public struct BetSettler: Sendable {
    private let commission: Double
    private let logger: Logger

    public init(commission: Double, logger: Logger) {
        self.commission = commission
        self.logger = logger
    }

    /// Inside the caller's transaction, with the races locked.
    func settle(races: [Int64], _ connection: PostgresConnection) async throws {
        let results = try await ResultStore.read(races: races, connection)
        let open = try await BetStore.open(races: races.filter { results[$0] != nil }, connection)
        guard !open.isEmpty else { return }
        let late = try await BetStore.withdrawnAfterBet(open.map(\.betID), connection)
        let settled = open.map { bet in Self.settle(bet, results[bet.raceID] ?? [], withdrawnLate: late[bet.betID], commission: commission) }
        for bet in settled { if let reason = bet.unsettledReason { logger.error("bet \(bet.betID) stays unsettled: \(reason)") } }
        try await BetStore.settle(settled, connection)
    }

    /// One bet against the results of its race.
    public static func settle(_ bet: OpenBet, _ results: [StoredResult], withdrawnLate: [Int64]?, commission: Double) -> SettledBet {
        func unsettled(_ reason: String) -> SettledBet {
            SettledBet(betID: bet.betID, profit: nil, closingOdds: nil, closingSource: nil, clv: nil, unsettledReason: reason)
        }
        guard let own = results.first(where: { $0.horseID == bet.horseID }) else {
            return unsettled("horse \(bet.horseID) is not in the result of race \(bet.raceID)")
        }
        // the others' odds are reduced by Rule 4 or the exchange's factor, which nobody has told us
        if let withdrawnLate, !own.outcome.isWithdrawn {
            return unsettled(
                "withdrawn after the bet: \(withdrawnLate.map(String.init).joined(separator: ", ")); the reduction of the odds is not known")
        }
        let starters = results.count { !$0.outcome.isWithdrawn }
        let terms = EachWayTerms.standard(runners: starters, isHandicap: own.isHandicap)
        do throws(BettingError) {
            let profit = try Settlement.profit(
                side: bet.side, stake: bet.stake, odds: bet.odds, runner: own.outcome, field: results.map(\.outcome), terms: terms,
                commission: commission)
            let closing = bet.side == .place ? own.placeBSP.map { ClosingPrice(odds: $0, source: .bsp) } : own.closing
            // a price taken at the off is the closing price: it measures nothing
            let isMeasurable = !own.outcome.isWithdrawn && bet.at < own.off
            return SettledBet(
                betID: bet.betID, profit: profit, closingOdds: closing?.odds, closingSource: closing?.source.rawValue,
                clv: isMeasurable ? closing.map { ClosingLineValue.logRatio(taken: bet.odds, closing: $0.odds) } : nil,
                unsettledReason: nil)
        } catch { return unsettled("\(error)") }
    }
}

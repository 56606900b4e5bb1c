import Betting
import Logging
import ModelingStore
import Postgres
import Racing

/// Settles the bets of races from bets, results and withdrawals, which may arrive in any order.
public struct BetSettler: Sendable {
    let policy: StakingPolicy
    private let logger: Logger

    /// - Parameter policy: its sources give the rule and the commission by which a bet is settled.
    public init(policy: StakingPolicy, logger: Logger) {
        self.policy = policy
        self.logger = logger
    }

    /// Settles the open bets of the races that have a result. Runs inside the caller's transaction, which holds
    /// `BetStore.lock` on the races.
    func settle(races: [Int64], _ connection: PostgresConnection) async throws {
        let results = try await ResultStore.read(races: races, connection)
        let open = try await BetStore.readOpen(races: races.filter { results[$0] != nil }, connection)
        guard !open.isEmpty else { return }
        let withdrawals = try await WithdrawalStore.read(races: races, connection)
        let late = try await BetStore.readWithdrawnAfterBet(open.map(\.betID), connection)
        let settled = open.map { bet in
            let race = RaceOutcome(
                results: results[bet.raceID] ?? [],
                withdrawals: withdrawals[bet.raceID] ?? [],
                pricedThenWithdrawn: late[bet.betID] ?? []
            )
            return BetSettlement(bet, race, bet.rule ?? policy.source(bet.source)).settled()
        }
        for bet in settled {
            if let reason = bet.unsettledReason { logger.error("bet \(bet.betID) stays unsettled: \(reason)") }
        }
        try await BetStore.updateSettled(settled, connection)
    }
}

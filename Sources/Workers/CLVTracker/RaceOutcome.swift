import ModelingStore

/// What is known of a race after it was run.
public struct RaceOutcome: Sendable {
    let results: [StoredResult]
    /// The withdrawals that messages reported.
    let withdrawals: [WithdrawalStore.Withdrawal]
    /// The withdrawn runners that live signals still priced when the bet was struck.
    let pricedThenWithdrawn: [Int64]

    public init(
        results: [StoredResult],
        withdrawals: [WithdrawalStore.Withdrawal] = [],
        pricedThenWithdrawn: [Int64] = []
    ) {
        self.results = results
        self.withdrawals = withdrawals
        self.pricedThenWithdrawn = pricedThenWithdrawn
    }

    var starters: [StoredResult] { results.filter { !$0.outcome.isWithdrawn } }
}

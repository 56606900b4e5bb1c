import ModelingStore

/// The facts about a race that are known after it was run.
public struct RaceOutcome: Sendable {
    let results: [StoredResult]
    /// The withdrawals reported by messages.
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

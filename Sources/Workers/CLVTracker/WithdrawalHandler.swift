import Messages
import ModelingStore
import Postgres
import WorkerRuntime

/// Writes race.withdrawals to modeling.withdrawals, and settles the bets of those races again.
public struct WithdrawalHandler: Handler {
    private let pool: PostgresPool
    private let settler: BetSettler

    public init(_ pool: PostgresPool, _ settler: BetSettler) {
        self.pool = pool
        self.settler = settler
    }

    public typealias Input = RunnerWithdrawal

    public func handle(_ batch: [RunnerWithdrawal]) async throws -> [Outcome] {
        try await pool.transaction { connection in
            let races = Array(Set(batch.map(\.raceID)))
            try await BetStore.lock(races: races, connection)
            let changed = try await WithdrawalStore.upsert(batch, connection).sorted()
            try await settler.settle(races: changed, connection)
            try await SignalCLVStore.refresh(races: changed, connection)
        }
        return batch.map { _ in .done([]) }
    }
}

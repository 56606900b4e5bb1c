import Messages
import ModelingStore
import Postgres
import WorkerRuntime

/// Writes race.settlements to modeling.results, and settles the bets of those races.
public struct SettlementHandler: Handler {
    private let pool: PostgresPool
    private let settler: BetSettler

    public init(_ pool: PostgresPool, _ settler: BetSettler) {
        self.pool = pool
        self.settler = settler
    }

    public typealias Input = RaceSettlement

    public func handle(_ batch: [RaceSettlement]) async throws -> [Outcome] {
        try await pool.transaction { connection in
            let races = Array(Set(batch.map(\.raceID)))
            try await BetStore.lock(races: races, connection)
            try await ResultStore.upsert(batch, connection)
            try await settler.settle(races: races, connection)
            try await SignalCLVStore.refresh(races: races, connection)
        }
        return batch.map { _ in .done([]) }
    }
}

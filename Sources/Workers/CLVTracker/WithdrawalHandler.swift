import Fleet
import Kafka
import Messages
import ModelingStore
import Postgres

/// race.withdrawals to modeling.withdrawals, and to the bets of those races.
public struct WithdrawalHandler: Handler {
    private let pool: PostgresPool
    private let settler: BetSettler

    public init(_ pool: PostgresPool, _ settler: BetSettler) {
        self.pool = pool
        self.settler = settler
    }

    public func decode(_ message: KafkaMessage) throws(ContractError) -> RunnerWithdrawal {
        let withdrawal = try RunnerWithdrawal.read(message)
        let what = "the withdrawal of horse \(withdrawal.horseID) from race \(withdrawal.raceID)"
        guard withdrawal.raceID != 0, withdrawal.horseID != 0 else { throw ContractError("the withdrawal names no race or no horse") }
        guard SaneTime.contains(withdrawal.at), SaneTime.days.contains(withdrawal.raceDay) else {
            throw ContractError("\(what): its day or time is no race's time")
        }
        for (name, share, most) in [
            ("rule4", withdrawal.hasRule4 ? withdrawal.rule4 : 0, 0.9), ("factor", withdrawal.hasFactor ? withdrawal.factor : 0, 0.99),
            ("place_factor", withdrawal.hasPlaceFactor ? withdrawal.placeFactor : 0, 0.99),
        ] where !(0...most).contains(share) { throw ContractError("\(what): \(name) is \(share), a share from 0 to \(most)") }
        return withdrawal
    }

    public func handle(_ batch: [RunnerWithdrawal]) async throws -> [Outcome] {
        try await pool.transaction { connection in
            let races = Array(Set(batch.map(\.raceID)))
            try await BetStore.lock(races: races, connection)
            let changed = try await WithdrawalStore.write(batch, connection)
            try await settler.settle(races: changed.sorted(), connection)
            try await SignalCLV.refresh(races: changed.sorted(), connection)
        }
        return batch.map { _ in .done([]) }
    }
}

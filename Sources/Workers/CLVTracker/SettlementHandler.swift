import Fleet
import Kafka
import Messages
import ModelingStore
import Postgres

/// race.settlements to modeling.results, and to the bets of those races.
public struct SettlementHandler: Handler {
    private let pool: PostgresPool
    private let settler: BetSettler

    public init(_ pool: PostgresPool, _ settler: BetSettler) {
        self.pool = pool
        self.settler = settler
    }

    public func decode(_ message: KafkaMessage) throws(ContractError) -> RaceSettlement {
        let settlement = try RaceSettlement.read(message)
        let race = "race \(settlement.raceID)"
        guard settlement.raceID != 0, settlement.off > 0 else { throw ContractError("the settlement names no race or no off") }
        guard SaneTime.contains(settlement.off), SaneTime.days.contains(settlement.raceDay) else {
            throw ContractError("\(race): its day or off is no race's time")
        }
        guard !settlement.runners.isEmpty else { throw ContractError("\(race): a result without runners") }
        guard Set(settlement.runners.map(\.horseID)).count == settlement.runners.count else { throw ContractError("\(race): a horse is there twice") }
        return settlement
    }

    public func handle(_ batch: [RaceSettlement]) async throws -> [Outcome] {
        try await pool.transaction { connection in
            let races = Array(Set(batch.map(\.raceID)))
            try await BetStore.lock(races: races, connection)
            try await ResultStore.write(batch, connection)
            try await settler.settle(races: races, connection)
            try await SignalCLV.refresh(races: races, connection)
        }
        return batch.map { _ in .done([]) }
    }
}

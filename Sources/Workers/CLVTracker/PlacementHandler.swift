import Messages
import ModelingStore
import Postgres
import Racing
import RacingStore
import WorkerRuntime

/// Writes bet.placements to modeling.bets. A bet recorded after the result is settled at once.
public struct PlacementHandler: Handler {
    private let pool: PostgresPool
    private let settler: BetSettler

    public init(_ pool: PostgresPool, _ settler: BetSettler) {
        self.pool = pool
        self.settler = settler
    }

    public typealias Input = BetPlacement

    public func handle(_ batch: [BetPlacement]) async throws -> [Outcome] {
        try await pool.transaction { connection in
            var outcomes = try await check(batch, connection)
            let accepted = zip(batch, outcomes).filter { $1.isDone }.map(\.0)
            try await BetStore.lock(races: accepted.map(\.raceID), connection)
            let conflicts = try await BetStore.insert(accepted, settler.policy, connection)
            for (index, bet) in batch.enumerated() where conflicts.contains(bet.betRef) && outcomes[index].isDone {
                // The first bet under a bet_ref wins. Another message of the batch may have recorded the same bet.
                guard try await !BetStore.isRecorded(bet, connection) else { continue }
                outcomes[index] = .failed(
                    ContractError("bet \(bet.betRef): another bet is recorded under this bet_ref; choose a new one")
                )
            }
            try await settler.settle(races: Array(Set(accepted.map(\.raceID))), connection)
            return outcomes
        }
    }

    private func check(_ batch: [BetPlacement], _ connection: PostgresConnection) async throws -> [Outcome] {
        let keys = Array(Set(batch.map { RaceKey(raceID: $0.raceID, day: CalendarDay($0.raceDay)) }))
        let cards = try await CardReader.read(keys, connection)
        let declared = try await DeclarationReader.read(keys, connection)
        return batch.map { bet in
            do throws(ContractError) {
                try Self.check(bet, cards[bet.raceID], declared: declared[bet.raceID] ?? [])
                return .done([])
            } catch { return .failed(error) }
        }
    }

    /// Races go off late: a bet is accepted until so many seconds after the scheduled off. It has no CLV, because its
    /// price may be the closing price or later.
    private static let longestDelay = 1800.0

    private static func check(
        _ bet: BetPlacement,
        _ card: RaceCard?,
        declared: Set<Int64>
    ) throws(ContractError) {
        let race = "race \(bet.raceID) of \(CalendarDay(bet.raceDay))"
        guard let card else { throw ContractError("bet \(bet.betRef): \(race) is not in racing.races") }
        // Settlement voids bets on runners withdrawn later.
        guard declared.contains(bet.horseID) else {
            throw ContractError("bet \(bet.betRef): horse \(bet.horseID) does not run in \(race)")
        }
        guard let off = try? card.offInstant() else {
            throw ContractError("bet \(bet.betRef): race \(bet.raceID) has no off time")
        }
        guard bet.at <= off.advanced(bySeconds: longestDelay).microseconds else {
            throw ContractError(
                "bet \(bet.betRef) was struck more than \(Int(longestDelay / 60)) minutes after the scheduled off of "
                    + "race \(bet.raceID)"
            )
        }
    }
}

extension Outcome {
    fileprivate var isDone: Bool {
        if case .done = self { true } else { false }
    }
}

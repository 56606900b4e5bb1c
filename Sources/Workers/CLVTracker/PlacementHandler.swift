import Betting
import Fleet
import Kafka
import Messages
import ModelingStore
import Postgres
import Racing
import RacingStore

/// bet.placements to modeling.bets. A bet recorded after the result is settled at once.
public struct PlacementHandler: Handler {
    private let pool: PostgresPool
    private let settler: BetSettler

    public init(_ pool: PostgresPool, _ settler: BetSettler) {
        self.pool = pool
        self.settler = settler
    }

    public func decode(_ message: KafkaMessage) throws(ContractError) -> BetPlacement {
        let bet = try BetPlacement.read(message)
        guard !bet.betRef.isEmpty else { throw ContractError("the bet has no bet_ref") }
        guard bet.raceID != 0, bet.horseID != 0, bet.at > 0 else { throw ContractError("bet \(bet.betRef) names no race, horse or time") }
        guard SaneTime.contains(bet.at), SaneTime.days.contains(bet.raceDay) else {
            throw ContractError("bet \(bet.betRef): its day or time is no race's time")
        }
        guard BetSide(rawValue: bet.side) != nil else { throw ContractError("bet \(bet.betRef): side \"\(bet.side)\" is not win, ew or place") }
        guard bet.odds > 1, bet.odds.isFinite else { throw ContractError("bet \(bet.betRef): odds of \(bet.odds) are not above 1") }
        guard bet.stake > 0, bet.stake.isFinite else { throw ContractError("bet \(bet.betRef): a stake of \(bet.stake)") }
        if bet.hasPlaces || bet.hasPlaceFraction {
            guard bet.side != "win" else { throw ContractError("bet \(bet.betRef): a win bet has no places") }
            guard bet.hasPlaces, (1...10).contains(bet.places) else { throw ContractError("bet \(bet.betRef): \(bet.places) places") }
            guard bet.side == "place" || (bet.hasPlaceFraction && bet.placeFraction > 0 && bet.placeFraction <= 1) else {
                throw ContractError("bet \(bet.betRef): a place fraction of \(bet.placeFraction)")
            }
        }
        return bet
    }

    public func handle(_ batch: [BetPlacement]) async throws -> [Outcome] {
        try await pool.transaction { connection in
            let keys = Array(Set(batch.map { RaceKey(raceID: $0.raceID, day: CalendarDay($0.raceDay)) }))
            let (cards, declared) = (try await CardReader.read(keys, connection), try await DeclarationReader.read(keys, connection))
            var (good, outcomes): ([BetPlacement], [Outcome]) = ([], [])
            for bet in batch {
                do throws(ContractError) {
                    try Self.check(bet, cards[bet.raceID], declared[bet.raceID] ?? [])
                    good.append(bet)
                    outcomes.append(.done([]))
                } catch { outcomes.append(.failed(error)) }
            }
            try await BetStore.lock(races: good.map(\.raceID), connection)
            let taken = try await BetStore.record(good, settler.policy, connection)
            for (index, bet) in batch.enumerated() where taken.contains(bet.betRef) {
                // the first bet under a ref stands; within a batch the two cannot be told apart, and the equal one is no loss
                if case .done = outcomes[index], try await !BetStore.isRecorded(bet, connection) {
                    outcomes[index] = .failed(ContractError("another bet is recorded as \(bet.betRef): a bet needs a ref of its own"))
                }
            }
            try await settler.settle(races: Array(Set(good.map(\.raceID))), connection)
            return outcomes
        }
    }

    private static func check(_ bet: BetPlacement, _ card: RaceCard?, _ declared: Set<Int64>) throws(ContractError) {
        guard let card else { throw ContractError("bet \(bet.betRef): race \(bet.raceID) of \(CalendarDay(bet.raceDay)) is not in racing.races") }
        // one withdrawn since is void, and for settlement to say
        guard declared.contains(bet.horseID) else {
            throw ContractError("bet \(bet.betRef): horse \(bet.horseID) does not run in race \(bet.raceID) of \(CalendarDay(bet.raceDay))")
        }
        guard let off = try? card.offInstant() else { throw ContractError("bet \(bet.betRef): race \(bet.raceID) has no off time") }
        guard bet.at <= off.microseconds else { throw ContractError("bet \(bet.betRef) was struck after the off of race \(bet.raceID)") }
    }
}

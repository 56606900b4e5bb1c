import Expectations
import Features
import Fleet
import Kafka
import Messages
import ModelingStore
import Postgres
import Racing
import RacingStore

/// race.requests to race.features: builds one race's features and market as of the request.
public struct FeatureBuilderHandler: Handler {
    private let pool: PostgresPool
    private let books: BookKeeper
    private let topicPrefix: String
    private let set: FeatureSet
    private let suite: ExpectationSuite

    /// - Parameter suite: `expectations/race.json`; a race that breaks a critical one of them is not scored.
    public init(_ pool: PostgresPool, _ books: BookKeeper, topicPrefix: String, set: FeatureSet = .ability1, suite: ExpectationSuite) {
        self.suite = suite
        self.pool = pool
        self.books = books
        self.topicPrefix = topicPrefix
        self.set = set
    }

    public func decode(_ message: KafkaMessage) throws(ContractError) -> RaceRequest {
        let request = try RaceRequest.read(message)
        guard request.raceID != 0 else { throw ContractError("the request names no race") }
        guard request.asOf > 0 else { throw ContractError("the request for race \(request.raceID) has no as_of") }
        guard SaneTime.contains(request.asOf), SaneTime.days.contains(request.raceDay) else {
            throw ContractError("the request for race \(request.raceID): its day or as_of is no race's time")
        }
        guard !request.models.isEmpty else { throw ContractError("the request for race \(request.raceID) names no model") }
        guard request.origin == .live || request.origin == .backfill else {
            throw ContractError("the request for race \(request.raceID) is neither live nor a backfill")
        }
        return request
    }

    /// Cards and prices of the whole batch in one round trip each.
    public func handle(_ batch: [RaceRequest]) async throws -> [Outcome] {
        let keys = batch.map { RaceKey(raceID: $0.raceID, day: CalendarDay($0.raceDay)) }
        let (cards, places, prices) = try await pool.withConnection { connection in
            let cards = try await CardReader.read(Array(Set(keys)), connection)
            // what cannot be placed in time is refused below, by name
            let places = batch.map { request in cards[request.raceID].flatMap { try? RacePlace($0, asOf: Instant(microseconds: request.asOf)) } }
            let placed = places.indices.filter { places[$0] != nil }
            let questions = placed.compactMap { index in
                places[index].map { PriceReader.Question(key: keys[index], asOf: Instant(microseconds: batch[index].asOf), morning: $0.morning) }
            }
            return (cards, places, Dictionary(uniqueKeysWithValues: zip(placed, try await PriceReader.read(questions, connection))))
        }
        // a card built days ahead must not see what happens in between, and needs nothing of it
        let shelf = try await books.current(before: places.compactMap { $0?.horizon }.max() ?? CalendarDay(0))
        var checked: [ExpectationStore.Race] = []
        let outcomes = batch.indices.map { index -> Outcome in
            let request = batch[index]
            do {
                guard let card = cards[request.raceID] else {
                    throw ContractError("race \(request.raceID) of \(CalendarDay(request.raceDay)) is not in racing.races")
                }
                var features = try RaceFeatures(
                    request, card: card, market: prices[index] ?? [:], book: shelf.book, missing: shelf.missing, set: set)
                let report = features.meet(suite, set, people: card.runners.map { ($0.trainerID, $0.jockeyID) })
                checked.append(
                    ExpectationStore.Race(
                        raceID: request.raceID, asOf: Instant(microseconds: request.asOf), origin: request.origin.name, report: report))
                if let failure = report.failures(.critical).first {
                    throw ContractError("race \(request.raceID) does not meet suite \(suite.name): \(failure.description)")
                }
                return .done([try features.record(prefix: topicPrefix)])
            } catch { return .failed(error) }
        }
        let found = checked
        try await pool.withConnection { try await ExpectationStore.enter(found, $0) }
        return outcomes
    }
}

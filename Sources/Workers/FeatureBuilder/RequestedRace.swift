import Messages
import Postgres
import Racing
import RacingStore

/// A request, with the card and the prices of its race as of the request.
public struct RequestedRace: Sendable {
    let request: RaceRequest
    let card: RaceCard
    let timing: RaceTiming
    /// The price of each runner, by runner id. A runner without a price is absent.
    var market: [Int64: MarketPrice] = [:]

    var asOf: Instant { Instant(microseconds: request.asOf) }

    /// - Throws: `ContractError` if the race cannot be scored: it does not exist, has no runners, too many runners or a
    ///   horse twice, no off time, or a course without a known zone.
    public init(_ request: RaceRequest, card: RaceCard?) throws(ContractError) {
        guard let card else {
            throw ContractError("race \(request.raceID) of \(CalendarDay(request.raceDay)) is not in racing.races")
        }
        guard !card.runners.isEmpty else { throw ContractError("race \(card.raceID) has no runners") }
        guard Set(card.runners.map(\.horseID)).count == card.runners.count else {
            throw ContractError("race \(card.raceID) has a horse twice")
        }
        let limit = RaceFeatures.fieldLimit
        guard card.runners.count <= limit else {
            throw ContractError(
                "race \(card.raceID) has \(card.runners.count) runners, at most \(limit) are accepted"
            )
        }
        do throws(RacingError) {
            timing = try RaceTiming(card, asOf: Instant(microseconds: request.asOf))
        } catch {
            throw ContractError("race \(card.raceID): \(error)")
        }
        self.request = request
        self.card = card
    }

    /// Reads the cards and the prices of a batch, in one round trip.
    ///
    /// - Returns: one result for each request, in order.
    static func read(
        _ requests: [RaceRequest],
        _ connection: PostgresConnection
    ) async throws -> [Result<RequestedRace, ContractError>] {
        let questions = requests.map { request in
            PriceReader.Question(
                key: RaceKey(raceID: request.raceID, day: CalendarDay(request.raceDay)),
                asOf: Instant(microseconds: request.asOf)
            )
        }
        let cardStatements = CardReader.statements(for: Array(Set(questions.map(\.key))))
        let sets = try await connection.pipeline(cardStatements + PriceReader.statements(for: questions))
        let cards = try CardReader.cards(sets.prefix(cardStatements.count))
        let races = requests.map { request in
            Result { () throws(ContractError) in try RequestedRace(request, card: cards[request.raceID]) }
        }
        let stages = races.map { race in
            (try? race.get()).map { PriceReader.Stages(morning: $0.timing.morning, off: $0.timing.off) }
        }
        let markets = try PriceReader.prices(sets.dropFirst(cardStatements.count), questions, stages)
        return zip(races, markets).map { race, market in
            race.map { race in
                var race = race
                race.market = market
                return race
            }
        }
    }
}

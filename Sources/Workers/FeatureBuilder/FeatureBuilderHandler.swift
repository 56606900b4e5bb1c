import Expectations
import Features
import Messages
import ModelingStore
import Postgres
import Racing
import WorkerRuntime

/// Turns race.requests into race.features: builds one race's features and market as of the request.
public struct FeatureBuilderHandler: Handler {
    private let pool: PostgresPool
    private let formBooks: FormBookCache
    private let set: FeatureSet
    private let suite: ExpectationSuite

    /// - Parameter suite: `expectations/race.json`. A race that fails a critical expectation is not scored.
    public init(
        _ pool: PostgresPool,
        _ formBooks: FormBookCache,
        set: FeatureSet = .ability1,
        suite: ExpectationSuite
    ) {
        self.pool = pool
        self.formBooks = formBooks
        self.set = set
        self.suite = suite
    }

    public typealias Input = RaceRequest

    public func handle(_ batch: [RaceRequest]) async throws -> [Outcome] {
        let races = try await pool.withConnection { try await RequestedRace.read(batch, $0) }
        let horizon = races.compactMap { try? $0.get().timing.horizon }.max() ?? CalendarDay(0)
        let snapshot = try await formBooks.current(before: horizon)
        var checks: [ExpectationStore.Race] = []
        let outcomes = races.map { race in
            do throws(ContractError) {
                return Outcome.done([try build(race.get(), from: snapshot, &checks)])
            } catch { return .failed(error) }
        }
        let finished = checks
        try await pool.withConnection { try await ExpectationStore.upsert(finished, $0) }
        return outcomes
    }

    private func build(
        _ race: RequestedRace,
        from snapshot: FormBookCache.Snapshot,
        _ checks: inout [ExpectationStore.Race]
    ) throws(ContractError) -> RaceFeatures {
        var features = RaceFeatures(race, book: snapshot.book, missing: snapshot.missing, set: set)
        let connections = race.card.runners.map { (trainer: $0.trainerID, jockey: $0.jockeyID) }
        let report = features.check(against: suite, set, connections: connections)
        checks.append(
            ExpectationStore.Race(
                raceID: race.request.raceID,
                asOf: race.asOf,
                origin: race.request.origin.name,
                report: report
            )
        )
        if let failure = report.failures(.critical).first {
            throw ContractError("race \(race.request.raceID) fails suite \(suite.name): \(failure.description)")
        }
        return features
    }
}

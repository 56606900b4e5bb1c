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
    private let suite: ExpectationSuite
    private let metrics: Metrics

    /// - Parameter suite: `expectations/race.json`. A race that fails a critical expectation is not scored.
    public init(
        _ pool: PostgresPool,
        _ formBooks: FormBookCache,
        suite: ExpectationSuite,
        metrics: Metrics = Metrics()
    ) {
        self.pool = pool
        self.formBooks = formBooks
        self.suite = suite
        self.metrics = metrics
        // An alert on an increase would miss the first one if the series began with it.
        count([])
    }

    public typealias Input = RaceRequest

    public func handle(_ batch: [RaceRequest]) async throws -> [Outcome] {
        let (outcomes, writes) = try await handleLeavingWrites(batch)
        try await writes?()
        return outcomes
    }

    /// Leaves the reports of the expectations: the scorer does not wait for them.
    public func handleLeavingWrites(_ batch: [RaceRequest]) async throws -> (outcomes: [Outcome], writes: Writes?) {
        let batch = try await namingFeatureSets(batch)
        let races = try await pool.withConnection { try await RequestedRace.read(batch, $0) }
        let horizon = races.compactMap { try? $0.get().timing.horizon }.max() ?? CalendarDay(0)
        let snapshot = try await formBooks.current(before: horizon)
        var checks: [ExpectationStore.Race] = []
        let outcomes = races.map { race in
            do throws(ContractError) {
                return Outcome.done(try build(race.get(), from: snapshot, &checks))
            } catch { return .failed(error) }
        }
        let finished = checks
        count(finished)
        guard !finished.isEmpty else { return (outcomes, nil) }
        return (
            outcomes, { [pool] in try await pool.withConnection { try await ExpectationStore.upsert(finished, $0) } }
        )
    }

    private func count(_ checks: [ExpectationStore.Race]) {
        for severity in [Expectation.Severity.critical, .warning] {
            let failures = checks.reduce(0) { $0 + $1.report.failures(severity).count }
            let labels = ["suite": suite.name, "severity": severity.rawValue]
            metrics.add("giddyup_expectation_failures_total", labels, Double(failures))
        }
    }

    /// Fills in the feature sets of models whose requests do not name them: requests from before there were two sets,
    /// and from clients that do not know the field.
    private func namingFeatureSets(_ batch: [RaceRequest]) async throws -> [RaceRequest] {
        let unnamed = Set(batch.flatMap(\.models).filter(\.featureSetHash.isEmpty).map(\.modelID))
        guard !unnamed.isEmpty else { return batch }
        let hashes = try await pool.withConnection { try await ModelRegistry.featureSetHashes(of: unnamed, $0) }
        return batch.map { request in
            var request = request
            for index in request.models.indices where request.models[index].featureSetHash.isEmpty {
                request.models[index].featureSetHash = hashes[request.models[index].modelID] ?? ""
            }
            return request
        }
    }

    /// Builds one message for each feature set that the requested models read. A shadow never holds up production: one
    /// that cannot be served is left out, with a warning.
    private func build(
        _ race: RequestedRace,
        from snapshot: FormBookCache.Snapshot,
        _ checks: inout [ExpectationStore.Race]
    ) throws(ContractError) -> [RaceFeatures] {
        var messages: [RaceFeatures] = []
        let (readings, leftOut) = try race.request.models.byFeatureSet()
        for reading in readings {
            var features = RaceFeatures(race, book: snapshot.book, missing: snapshot.missing, set: reading.set)
            features.request.models = reading.models
            let connections = race.card.runners.map { (trainer: $0.trainerID, jockey: $0.jockeyID) }
            let report = features.check(against: suite, reading.set, connections: connections)
            features.warnings += leftOut
            if messages.isEmpty {
                checks.append(
                    ExpectationStore.Race(
                        raceID: race.request.raceID,
                        asOf: race.asOf,
                        origin: race.request.origin.name,
                        report: report
                    )
                )
            }
            if let failure = report.failures(.critical).first {
                throw ContractError("race \(race.request.raceID) fails suite \(suite.name): \(failure.description)")
            }
            messages.append(features)
        }
        return messages
    }
}

extension [ModelReference] {
    /// The models by the feature set that they read, lowest version first, and a warning for each shadow whose set this
    /// program does not have.
    ///
    /// - Throws: `ContractError` if it does not have the set of another model, or of all shadows.
    package func byFeatureSet() throws(ContractError) -> (
        readings: [(set: FeatureSet, models: [ModelReference])], leftOut: [String]
    ) {
        var models: [Int: [ModelReference]] = [:]
        var leftOut: [String] = []
        for model in self {
            let set = FeatureSet.all.values.first { $0.hash == model.featureSetHash }
            if let version = model.featureSetHash.isEmpty ? 1 : set?.version {
                models[version, default: []].append(model)
                continue
            }
            let fault =
                "model \(model.name) \(model.version) reads feature set \(model.featureSetHash), which this builder "
                + "does not have"
            guard model.shadow else { throw ContractError("\(fault): update it, then redrive") }
            leftOut.append("shadow left out: \(fault)")
        }
        if models.isEmpty, let fault = leftOut.first { throw ContractError(fault) }
        let readings = models.sorted { $0.key < $1.key }.compactMap { version, models in
            FeatureSet.all[version].map { (set: $0, models: models) }
        }
        return (readings, leftOut)
    }
}

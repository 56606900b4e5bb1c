import Betting
import Features
import Fleet
import Kafka
import Logging
import MLflow
import Messages
import ModelingStore
import Modelling
import Postgres

/// race.features to race.signals.
public struct ScorerHandler: Handler {
    private let engine: ScoringEngine
    private let topicPrefix: String

    public init(_ engine: ScoringEngine, topicPrefix: String) {
        self.engine = engine
        self.topicPrefix = topicPrefix
    }

    public func decode(_ message: KafkaMessage) throws(ContractError) -> RaceFeatures {
        let features = try RaceFeatures.read(message)
        try features.check()
        return features
    }

    public func handle(_ batch: [RaceFeatures]) async throws -> [Outcome] {
        var outcomes: [Outcome] = []
        for message in batch {
            do {
                var records: [KafkaRecord] = []
                for model in message.request.models { records.append(try await engine.score(message, model).record(prefix: topicPrefix)) }
                outcomes.append(.done(records))
            } catch { outcomes.append(.failed(error)) }
        }
        return outcomes
    }

    public func classify(_ error: any Error) -> ErrorClass {
        switch error {
        // a bundle that is not there yet may come; one that never does is seen in the lag and the log, and nothing else is scored in its place
        case let error as StoreError where error.code == .unknownModel: .transient
        case is ModellingError: .contract
        case let error as MLflowError where error.isRetriable: .transient
        case is BettingError: .contract
        default: .standard(error)
        }
    }
}

/// The bundles that requests have named, each loaded once.
public actor ScoringEngine {
    private let bundles: BundleSource
    private let policy: StakingPolicy
    private let logger: Logger
    private var scorers: [Int64: RaceScorer] = [:]
    private var used: [Int64] = []

    /// Bundles kept at a time.
    private static let capacity = 8

    public init(_ bundles: BundleSource, policy: StakingPolicy, logger: Logger) {
        self.bundles = bundles
        self.policy = policy
        self.logger = logger
    }

    public func score(_ message: RaceFeatures, _ model: ModelReference) async throws -> RaceSignals {
        if scorers[model.modelID] == nil { try await load(model) }
        guard let scorer = scorers[model.modelID] else { throw StoreError(.unknownModel, "model \(model.modelID) was not loaded") }
        used.removeAll { $0 == model.modelID }
        used.append(model.modelID)
        return try scorer.score(message, model: model)
    }

    /// Fetches a bundle before the first request names it.
    public func prefetch(_ model: ModelReference) async throws {
        if scorers[model.modelID] == nil { try await load(model) }
    }

    private func load(_ model: ModelReference) async throws {
        let modelID = model.modelID
        let bundle = try await bundles.bundle(model)
        guard scorers[modelID] == nil else { return }
        scorers[modelID] = try RaceScorer(bundle, policy: policy)
        used.append(modelID)
        logger.info("bundle loaded", metadata: ["model": "\(bundle.name)", "version": "\(bundle.version)"])
        if scorers.count > Self.capacity, let oldest = used.first {
            scorers[oldest] = nil
            used.removeAll { $0 == oldest }
        }
    }
}

extension RaceFeatures {
    /// What a feature message must be, whatever model it meets.
    func check() throws(ContractError) {
        let race = "race \(request.raceID)"
        guard request.raceID != 0, request.asOf > 0 else { throw ContractError("the message names no race or no as_of") }
        guard SaneTime.contains(request.asOf), SaneTime.contains(self.race.off) else {
            throw ContractError("\(race): as_of or off is no race's time")
        }
        guard !request.models.isEmpty else { throw ContractError("\(race): no model is named") }
        guard request.origin == .live || request.origin == .backfill else { throw ContractError("\(race): neither live nor a backfill") }
        guard !runners.isEmpty else { throw ContractError("\(race): no runners") }
        guard let set = FeatureSet.all[Int(featureSet.version)], set.hash == featureSet.hash else {
            throw ContractError("\(race): feature set \(featureSet.version) with hash \"\(featureSet.hash)\" is not known")
        }
        guard Set(runners.map(\.horseID)).count == runners.count else { throw ContractError("\(race): a horse is there twice") }
        guard runners.count <= 60 else { throw ContractError("\(race): \(runners.count) runners: that is not a race") }
        let fieldSize = set.column("field_size") ?? 0
        for runner in runners {
            guard runner.features.count == set.features.count else {
                throw ContractError("\(race): horse \(runner.horseID) has \(runner.features.count) features, the set \(set.features.count)")
            }
            guard runner.features.allSatisfy({ !$0.isInfinite }) else {
                throw ContractError("\(race): horse \(runner.horseID) has an infinite feature")
            }
            // NaN is "missing", but the size of the field never is
            guard runner.features[fieldSize] == Float(runners.count) else {
                throw ContractError(
                    "\(race): horse \(runner.horseID) says the field is \(runner.features[fieldSize]), there are \(runners.count) runners")
            }
            if runner.hasPrice {
                guard runner.price.odds > 1, runner.price.odds.isFinite else {
                    throw ContractError("\(race): horse \(runner.horseID) has odds of \(runner.price.odds)")
                }
                guard SaneTime.contains(runner.price.at) else { throw ContractError("\(race): horse \(runner.horseID) has a price of no time") }
                guard runner.price.at <= request.asOf else { throw ContractError("\(race): horse \(runner.horseID) has a price from after as_of") }
                guard !runner.price.hasVolume || (0...1e15).contains(runner.price.volume) else {
                    throw ContractError("\(race): horse \(runner.horseID) has a traded volume of \(runner.price.volume)")
                }
            }
        }
    }
}

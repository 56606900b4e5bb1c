import Betting
import Logging
import Messages
import ModelArtifacts
import ModelingStore
import WorkerRuntime

/// The models that requests have named, each loaded once. The least recently used is dropped when the cache is full.
public actor ScorerCache {
    private let bundles: BundleSource
    private let policy: StakingPolicy
    private let logger: Logger
    private var scorers: [Int64: RaceScorer] = [:]
    /// Model ids, the least recently used first.
    private var usage: [Int64] = []

    private static let capacity = 8

    public init(_ bundles: BundleSource, policy: StakingPolicy, logger: Logger) {
        self.bundles = bundles
        self.policy = policy
        self.logger = logger
    }

    /// - Throws: `StoreError.unknownModel` if the model's bundle does not exist yet.
    public func score(_ message: RaceFeatures, _ model: ModelReference) async throws -> RaceSignals {
        try await prefetch(model)
        guard let scorer = scorers[model.modelID] else {
            throw StoreError(.unknownModel, "model \(model.modelID) was not loaded")
        }
        usage.removeAll { $0 == model.modelID }
        usage.append(model.modelID)
        return try scorer.score(message, model: model)
    }

    /// Loads a model, unless it is loaded already.
    public func prefetch(_ model: ModelReference) async throws {
        guard scorers[model.modelID] == nil else { return }
        let bundle = try await bundles.bundle(model)
        // Another call may have loaded it in the meantime.
        guard scorers[model.modelID] == nil else { return }
        let scorer = try RaceScorer(bundle, policy: policy)
        scorers[model.modelID] = scorer
        usage.append(model.modelID)
        if let reason = scorer.fallback {
            logger.notice("LightGBM evaluates the model, several times slower than the forest: \(reason)")
        }
        logger.info("bundle loaded", metadata: ["model": "\(bundle.name)", "version": "\(bundle.version)"])
        if scorers.count > Self.capacity, let oldest = usage.first {
            scorers[oldest] = nil
            usage.removeAll { $0 == oldest }
        }
    }
}

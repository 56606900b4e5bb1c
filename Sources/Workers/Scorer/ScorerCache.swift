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
    private var loads: [Int64: Task<RaceScorer, any Error>] = [:]
    /// Model ids, the least recently used first.
    private var usage: [Int64] = []

    private static let capacity = 8

    /// How many bundles were loaded.
    package private(set) var loadCount = 0

    public init(_ bundles: BundleSource, policy: StakingPolicy, logger: Logger) {
        self.bundles = bundles
        self.policy = policy
        self.logger = logger
    }

    /// The scorer of a model. It is loaded on first use, once, however many tasks ask for it.
    ///
    /// - Throws: `StoreError.unknownModel` if the model's bundle does not exist yet.
    public func scorer(_ model: ModelReference) async throws -> RaceScorer {
        let scorer: RaceScorer
        if let known = scorers[model.modelID] {
            scorer = known
        } else {
            let load = loads[model.modelID] ?? startLoad(model)
            // Tasks are cancelled only when the worker stops, which ends the load for all that wait for it.
            scorer = try await withTaskCancellationHandler {
                try await load.value
            } onCancel: {
                load.cancel()
            }
        }
        if scorers[model.modelID] != nil {
            usage.removeAll { $0 == model.modelID }
            usage.append(model.modelID)
        }
        return scorer
    }

    private func startLoad(_ model: ModelReference) -> Task<RaceScorer, any Error> {
        let load = Task {
            defer { loads[model.modelID] = nil }
            let scorer = try RaceScorer(try await bundles.bundle(model), policy: policy)
            add(scorer, model.modelID)
            return scorer
        }
        loads[model.modelID] = load
        return load
    }

    private func add(_ scorer: RaceScorer, _ id: Int64) {
        if let reason = scorer.fallback {
            logger.notice("LightGBM evaluates the model, several times slower than the forest: \(reason)")
        }
        let bundle = scorer.bundle
        logger.info("bundle loaded", metadata: ["model": "\(bundle.name)", "version": "\(bundle.version)"])
        loadCount += 1
        scorers[id] = scorer
        usage.append(id)
        if scorers.count > Self.capacity, let oldest = usage.first {
            scorers[oldest] = nil
            usage.removeAll { $0 == oldest }
        }
    }
}

import Betting
import Features
import Kafka
import Logging
import MLflow
import Messages
import Modeling
import ModelingStore
import WorkerRuntime

/// Turns race.features into race.signals.
public struct ScorerHandler: Handler {
    private let scorers: ScorerCache
    private let metrics: Metrics
    private let logger: Logger

    public init(_ scorers: ScorerCache, metrics: Metrics, logger: Logger) {
        self.scorers = scorers
        self.metrics = metrics
        self.logger = logger
    }

    public func decode(_ message: KafkaMessage) throws(ContractError) -> RaceFeatures {
        let features = try RaceFeatures.decode(message)
        try features.validateFeatures()
        return features
    }

    /// Scores the races of a batch on all cores.
    public func handle(_ batch: [RaceFeatures]) async throws -> [Outcome] {
        await mapInParallel(batch) { message in
            do { return .done(try await score(message)) } catch { return .failed(error) }
        }
    }

    /// Scores a race with each model that its request names. A shadow model that fails is reported and left out: it
    /// never holds up production.
    private func score(_ message: RaceFeatures) async throws -> [any Contract] {
        var signals: [any Contract] = []
        for model in message.request.models {
            do {
                signals.append(try await scorers.scorer(model).scoreInTurn(message, model: model))
                metrics.add(
                    "giddyup_races_scored_total",
                    ["model": model.name, "version": model.version, "shadow": "\(model.shadow)"]
                )
            } catch {
                guard model.shadow, !(error is CancellationError) else { throw error }
                metrics.add("giddyup_shadow_failures_total", ["model": model.name, "version": model.version])
                let notice = "race \(message.request.raceID): shadow model \(model.name) \(model.version) is left out"
                logger.error("\(notice): \(error)")
            }
        }
        return signals
    }

    public func classify(_ error: any Error) -> ErrorClass {
        switch error {
        // The bundle may still appear. No other model is scored in its place.
        case let error as StoreError where error.code == .unknownModel: .transient
        case let error as MLflowError where error.isRetriable: .transient
        case is ModelingError, is BettingError: .contract
        default: .standard(error)
        }
    }
}

extension RaceFeatures {
    /// Checks the features against their feature set.
    ///
    /// - Throws: `ContractError` if the set is unknown, or a runner's features are not of the set.
    func validateFeatures() throws(ContractError) {
        let race = "race \(request.raceID)"
        guard let set = FeatureSet.all[Int(featureSet.version)], set.hash == featureSet.hash else {
            throw ContractError(
                "\(race): feature set \(featureSet.version) with hash \"\(featureSet.hash)\" is not known"
            )
        }
        let fieldSize = set.column("field_size") ?? 0
        for runner in runners {
            let horse = "\(race): horse \(runner.horseID)"
            guard runner.features.count == set.features.count else {
                throw ContractError("\(horse) has \(runner.features.count) features, the set \(set.features.count)")
            }
            guard runner.features.allSatisfy({ !$0.isInfinite }) else {
                throw ContractError("\(horse) has an infinite feature")
            }
            // NaN means missing, but the field size is never missing.
            guard runner.features[fieldSize] == Float(runners.count) else {
                throw ContractError(
                    "\(horse) has a field size of \(runner.features[fieldSize]), but there are \(runners.count) runners"
                )
            }
        }
    }
}

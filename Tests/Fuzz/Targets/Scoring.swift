import Betting
import Features
import Foundation
import Learning
import LightGBM
import Messages
import Modeling
import Racing

@testable import Scorer

/// Scores accepted messages with a small model that is trained at the start.
struct Scoring: @unchecked Sendable {
    private let scorer: RaceScorer
    private let set = FeatureSet.ability1

    init() {
        scorer = require("a model") {
            var policy = StakingPolicy()
            policy.bands = [StakingPolicy.Band(minimumEdge: 0)]
            return try RaceScorer(try Self.bundle(of: .ability1), policy: policy)
        }
    }

    /// What the scorer computes. libFuzzer calls a target on one thread, so the model needs no lock.
    func score(_ input: RaceFeatures) {
        _ = try? input.validateFeatures()
        let message = input.completed(set)
        do throws(ContractError) { try message.validateFeatures() } catch { return }
        for runner in message.runners {
            let words = ReasonWords(runner.features, set, field: message.runners.count)
            for feature in set.features { keep(words.words(ReasonWords.base(feature.name))) }
        }
        var model = ModelReference()
        model.modelID = 1
        let signals = require("scoring an accepted message") { try scorer.score(message, model: model) }
        require("signals of an accepted message") { try signals.validate() }
        require(signals.signals.allSatisfy { $0.stakeUnits <= 2 + 1e-9 }, "a stake above the cap")
        use(signals)
    }

    private static func bundle(of set: FeatureSet) throws -> ModelBundle {
        var state: UInt64 = 1
        func next() -> Float {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Float(state >> 40) / Float(1 << 24)
        }
        let rows = 200
        let values = (0..<rows * set.names.count).map { _ in next() * 10 }
        let parameters = LightGBMParameters([
            "num_leaves": "7", "min_data_in_leaf": "5", "num_threads": "1", "verbosity": "-1", "deterministic": "true",
        ])
        let data = try LightGBMDataset(
            LightGBMMatrix(values, columns: set.names.count),
            labels: (0..<rows).map { values[$0 * set.names.count] > 5 ? 1 : 0 },
            names: set.names,
            parameters: parameters
        )
        let trained = try LightGBMTraining.run(
            data,
            objective: .named("binary"),
            parameters: parameters,
            rounds: 3,
            validation: nil
        )
        return ModelBundle(
            name: "fuzz",
            version: "1",
            objective: .binary,
            featureSetVersion: set.version,
            featureSetHash: set.hash,
            featureNames: set.names,
            calibration: try Isotonic([0.1, 0.5, 0.9], [0, 1, 1]),
            blends: [try JSONDecoder().decode(MarketBlend.self, from: Data(blend.utf8))],
            placeExponents: [0.8, 0.7, 0.6],
            trainedFrom: CalendarDay(0),
            trainedThrough: CalendarDay(1),
            races: 1,
            rows: rows,
            parameters: [:],
            metrics: [:],
            libraries: [:],
            models: [trained.model]
        )
    }

    private static let blend = """
        {"a":0.3,"b":0.8,"aError":0.1,"bError":0.1,"unconstrainedA":0.3,"unconstrainedB":0.8,
        "unconstrainedAError":0.1,"unconstrainedBError":0.1,"races":900,"lead":600}
        """
}

extension RaceFeatures {
    /// The message with features of the current set, so that a short input, or one of an older set, is scored too: each
    /// runner's features are repeated until they are as many as the set has.
    fileprivate func completed(_ set: FeatureSet) -> RaceFeatures {
        var message = self
        message.featureSet.version = UInt32(set.version)
        message.featureSet.hash = set.hash
        for index in runners.indices {
            let given = runners[index].features.isEmpty ? [.nan] : runners[index].features
            message.runners[index].features = set.names.indices.map { given[$0 % given.count] }
            if let column = set.column("field_size") {
                message.runners[index].features[column] = Float(runners.count)
            }
        }
        return message
    }
}

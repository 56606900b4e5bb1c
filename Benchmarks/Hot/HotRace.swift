import Betting
import Features
import Foundation
import Messages
import Modeling
import Racing
import Randomness
import Scorer
import Seeded

/// One race of twelve runners and a model of a usual size: five times 100 trees of 63 leaves.
enum HotRace {
    private static let set = FeatureSet.latest

    static func features() -> RaceFeatures {
        var random = SplitMix64(seed: 1)
        var message = RaceFeatures()
        message.request.raceID = 1
        message.request.raceDay = 20_000
        message.request.asOf = 1_728_000_000_000_000
        message.request.origin = .backfill
        message.request.revision = 1
        message.request.models = [model]
        message.race.off = message.request.asOf + 600_000_000
        message.race.going = "Good"
        message.featureSet.version = UInt32(set.version)
        message.featureSet.hash = set.hash
        message.runners = (1...HotPath.runners).map { horse in
            var runner = RunnerFeatures()
            runner.horseID = Int64(horse)
            runner.runnerID = Int64(horse)
            runner.features = set.names.map { name in
                name == "field_size"
                    ? Float(HotPath.runners) : random.below(8) == 0 ? .nan : Float(random.uniform() * 2 - 1)
            }
            runner.price.odds = 1 + Double(2 * horse)
            runner.price.source = "live"
            runner.price.at = message.request.asOf
            return runner
        }
        return message
    }

    private static var model: ModelReference {
        var model = ModelReference()
        model.name = "hot"
        model.version = "1"
        model.modelID = 1
        model.featureSetHash = set.hash
        return model
    }

    static func scorer() throws -> RaceScorer { try RaceScorer(try bundle(), policy: StakingPolicy()) }

    static func signals() throws -> [UInt8] {
        try scorer().score(features(), model: model).serializedBytes()
    }

    static func bundle() throws -> ModelBundle {
        var random = SplitMix64(seed: 2)
        let trees = RandomTrees(set.names) { $0.uniform() * 2 - 1 }
        return ModelBundle(
            name: model.name,
            version: model.version,
            objective: .raceExploded,
            featureSetVersion: set.version,
            featureSetHash: set.hash,
            featureNames: set.names,
            calibration: try Isotonic([0.1, 0.5, 0.9], [0, 1, 1]),
            blends: [],
            placeExponents: [0.8, 0.7, 0.6],
            trainedFrom: CalendarDay(0),
            trainedThrough: CalendarDay(1),
            races: 1,
            rows: 1,
            parameters: [:],
            metrics: [:],
            libraries: [:],
            models: (0..<5).map { _ in trees.model(trees: 100, &random) { _ in 63 } },
            logit: ConditionalLogit(
                terms: set.names.indices.map { .init(column: $0, deviation: 0.5, weight: 0.01) }
            ),
            stack: ScoreStack(trees: 0.1, logit: 0.5),
            calibrated: .temperature
        )
    }
}

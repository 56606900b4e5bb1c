import Features
import Messages
import Modeling
import Racing
import Randomness
import Seeded

/// A random race and a random model of the latest feature set, the same in every run.
public enum SeededRace {
    private static let set = FeatureSet.latest

    /// A request for a backfill, with every runner priced.
    public static func features(runners: Int) -> RaceFeatures {
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
        message.runners = (1...runners).map { horse in
            var runner = RunnerFeatures()
            runner.horseID = Int64(horse)
            runner.runnerID = Int64(horse)
            runner.features = set.names.map { name in
                name == "field_size"
                    ? Float(runners) : random.below(8) == 0 ? .nan : Float(random.uniform() * 2 - 1)
            }
            runner.price.odds = 1 + Double(2 * horse)
            runner.price.source = "live"
            runner.price.at = message.request.asOf
            return runner
        }
        return message
    }

    public static var model: ModelReference {
        var model = ModelReference()
        model.name = "seeded"
        model.version = "1"
        model.modelID = 1
        model.featureSetHash = set.hash
        return model
    }

    /// Five models with trees and a conditional logit.
    public static func bundle(trees count: Int, leaves: Int) throws -> ModelBundle {
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
            models: (0..<5).map { _ in trees.model(trees: count, &random) { _ in leaves } },
            logit: ConditionalLogit(
                terms: set.names.indices.map { .init(column: $0, deviation: 0.5, weight: 0.01) }
            ),
            stack: ScoreStack(trees: 0.1, logit: 0.5),
            calibrated: .temperature
        )
    }
}

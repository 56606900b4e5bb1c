import Foundation
import LightGBM
import Modeling
import Randomness

/// Random search (Bergstra and Bengio 2012), which scores each trial by the log loss per race of seasons that
/// earlier seasons predict.
///
/// A trial's parameters depend only on its number, so an interrupted search can resume on any machine.
public enum HyperparameterSearch {
    /// The plan of a trial. Trial 0 is the standard plan, as the baseline.
    public static func plan(_ number: Int, _ standard: TrainingPlan) -> TrainingPlan {
        guard number > 0 else { return standard }
        var random = SplitMix64(seed: UInt64(number) &* 0x9E37_79B9_7F4A_7C15)
        func uniform(_ low: Double, _ high: Double) -> Double { low + (high - low) * random.uniform() }
        func logUniform(_ low: Double, _ high: Double) -> Double { exp(uniform(log(low), log(high))) }
        func choice(of values: [Int]) -> Int {
            values[min(values.count - 1, Int(random.uniform() * Double(values.count)))]
        }
        func text(_ value: Double) -> String { String(format: "%.4g", value) }
        // The order of the draws is part of the definition of a trial.
        let drawn = [
            ("learning_rate", text(logUniform(0.01, 0.08))),
            ("num_leaves", "\(choice(of: [7, 15, 31, 63]))"),
            ("min_data_in_leaf", "\(Int(logUniform(50, 600)))"),
            ("feature_fraction", text(uniform(0.15, 0.6))),
            ("bagging_fraction", text(uniform(0.5, 1))),
            ("lambda_l2", text(logUniform(1, 100))),
            ("max_bin", "\(choice(of: [63, 127, 255]))"),
        ]
        var plan = standard
        for (name, value) in drawn { plan.parameters = plan.parameters.setting(name, value) }
        return plan
    }

    /// Trains the folds of one trial.
    ///
    /// Blocks for the whole training: do not call it on the cooperative thread pool.
    ///
    /// - Parameter isCancelled: polled during training; `true` ends it with an error.
    public static func run(
        _ number: Int,
        _ standard: TrainingPlan,
        _ set: TrainingSet,
        isCancelled: @escaping @Sendable () -> Bool
    ) throws -> HyperparameterTrial {
        let plan = plan(number, standard)
        let start = ContinuousClock.now
        let loss = try ModelTrainer(plan, isCancelled: isCancelled).searchLoss(set)
        return HyperparameterTrial(
            number: number,
            parameters: plan.parameters.values,
            loss: loss,
            seconds: (ContinuousClock.now - start) / .seconds(1)
        )
    }

    /// The trial with the lowest loss; the earliest of equal ones.
    public static func best(_ trials: [HyperparameterTrial]) -> HyperparameterTrial? {
        trials.min { ($0.loss, $0.number) < ($1.loss, $1.number) }
    }
}

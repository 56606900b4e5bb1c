import Foundation
import LightGBM

/// Random search (Bergstra and Bengio 2012): trial by trial, each judged by the race log loss out of fold. What a trial tries depends only on its number,
/// so a search that was broken off goes on where it was, on any machine.
public enum HyperparameterSearch {
    public struct Trial: Sendable, Codable, Equatable {
        public let number: Int
        public let parameters: [String: String]
        /// Race log loss out of fold, nats.
        public let loss: Double
        public let seconds: Double

        public init(number: Int, parameters: [String: String], loss: Double, seconds: Double) {
            self.number = number
            self.parameters = parameters
            self.loss = loss
            self.seconds = seconds
        }
    }

    /// The plan of a trial; number 0 is the standard one, which a search must beat.
    public static func plan(_ number: Int, _ standard: TrainingPlan) -> TrainingPlan {
        guard number > 0 else { return standard }
        var random = SplitMix64(state: UInt64(number) &* 0x9E37_79B9_7F4A_7C15)
        func between(_ low: Double, _ high: Double) -> Double { low + (high - low) * random.uniform() }
        func betweenLogs(_ low: Double, _ high: Double) -> Double { exp(between(log(low), log(high))) }
        func one(of values: [Int]) -> Int { values[min(values.count - 1, Int(random.uniform() * Double(values.count)))] }
        func text(_ value: Double) -> String { String(format: "%.4g", value) }
        var plan = standard
        for (name, value) in [
            ("learning_rate", text(betweenLogs(0.01, 0.08))), ("num_leaves", "\(one(of: [7, 15, 31, 63]))"),
            ("min_data_in_leaf", "\(Int(betweenLogs(50, 600)))"), ("feature_fraction", text(between(0.15, 0.6))),
            ("bagging_fraction", text(between(0.5, 1))), ("lambda_l2", text(betweenLogs(1, 100))), ("max_bin", "\(one(of: [63, 127, 255]))"),
        ] { plan.parameters = plan.parameters.setting(name, value) }
        return plan
    }

    /// Trains the folds of one trial. Blocks: call it off the cooperative threads.
    public static func run(
        _ number: Int, _ standard: TrainingPlan, _ set: TrainingSet, isCancelled: @escaping @Sendable () -> Bool
    ) throws -> Trial {
        let plan = plan(number, standard)
        let start = ContinuousClock.now
        let loss = try ModelTrainer(plan, isCancelled: isCancelled).outOfFoldLoss(set)
        return Trial(number: number, parameters: plan.parameters.values, loss: loss, seconds: (ContinuousClock.now - start) / .seconds(1))
    }

    /// The best of all trials; of equal ones the earlier.
    public static func best(_ trials: [Trial]) -> Trial? { trials.min { ($0.loss, $0.number) < ($1.loss, $1.number) } }
}

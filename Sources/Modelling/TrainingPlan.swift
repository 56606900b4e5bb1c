import LightGBM

/// How a model is trained.
public struct TrainingPlan: Sendable, Codable, Equatable {
    public var objective: Objective
    public var parameters: LightGBMParameters
    /// At most so many trees.
    public var rounds: Int
    /// Rounds without improvement after which training stops.
    public var patience: Int
    public var folds: Int
    /// Seasons at the end, each predicted by a model of earlier seasons only, for what is fitted against the market.
    public var forwardSeasons: Int
    /// Of the first model; each further one counts up.
    public var seed = 11

    /// Found on Hong Kong's seasons to 2024; `fast` learns in larger steps, for demonstrations.
    public static func standard(_ objective: Objective, threads: Int, fast: Bool = false) -> TrainingPlan {
        var values = [
            "min_data_in_leaf": "200", "bagging_freq": "1", "bagging_fraction": "0.7", "lambda_l2": "20", "seed": "11", "deterministic": "true",
            "force_row_wise": "true", "verbosity": "-1", "num_threads": "\(threads)", "max_bin": "127",
        ]
        switch objective {
        case .binary: values.merge(["learning_rate": "0.02", "num_leaves": "31", "feature_fraction": "0.3"]) { $1 }
        case .raceSoftmax:
            values.merge(["learning_rate": "0.03", "num_leaves": "15", "feature_fraction": "0.25", "min_sum_hessian_in_leaf": "10"]) { $1 }
        }
        if fast { values.merge(["learning_rate": "0.08", "min_data_in_leaf": "60"]) { $1 } }
        return TrainingPlan(
            objective: objective, parameters: LightGBMParameters(values), rounds: fast ? 400 : 3000, patience: fast ? 25 : 80, folds: 5,
            forwardSeasons: 4)
    }
}

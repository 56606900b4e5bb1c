import LightGBM
import Modeling

/// The settings of a training.
public struct TrainingPlan: Sendable, Codable, Equatable {
    public var objective: Objective
    public var parameters: LightGBMParameters
    /// The maximum number of trees.
    public var rounds: Int
    /// The number of rounds without improvement after which training stops.
    public var patience: Int
    public var folds: Int
    /// The number of seasons at the end that are each predicted by a model of earlier seasons only. Calibration, blends
    /// and place exponents are fitted on them.
    public var forwardSeasons: Int
    /// The number of models whose mean predicts a season: what is fitted on single models is wrong for a mean.
    public var forwardFolds: Int
    /// The seed of the first model. Each further model adds 1.
    public var seed = 11

    /// Parameters tuned on the Hong Kong seasons up to 2024.
    ///
    /// - Parameter fast: whether to train with a higher learning rate and fewer rounds, for demonstrations.
    public static func standard(_ objective: Objective, threads: Int, fast: Bool = false) -> TrainingPlan {
        var values = [
            "min_data_in_leaf": "200", "bagging_freq": "1", "bagging_fraction": "0.7", "lambda_l2": "20", "seed": "11",
            "deterministic": "true", "force_row_wise": "true", "verbosity": "-1", "num_threads": "\(threads)",
            "max_bin": "127",
        ]
        switch objective {
        case .binary: values.merge(["learning_rate": "0.02", "num_leaves": "31", "feature_fraction": "0.3"]) { $1 }
        case .raceSoftmax, .raceExploded:
            values.merge([
                "learning_rate": "0.03", "num_leaves": "15", "feature_fraction": "0.25",
                "min_sum_hessian_in_leaf": "10",
            ]) { $1 }
        }
        if fast { values.merge(["learning_rate": "0.08", "min_data_in_leaf": "60"]) { $1 } }
        return TrainingPlan(
            objective: objective,
            parameters: LightGBMParameters(values),
            rounds: fast ? 400 : 3000,
            patience: fast ? 25 : 80,
            folds: 5,
            forwardSeasons: fast ? 2 : 3,
            forwardFolds: fast ? 2 : 5
        )
    }
}

extension TrainingPlan {
    /// The settings beside LightGBM's parameters, as a bundle records them.
    var recipe: [String: Int] {
        [
            "rounds": rounds, "patience": patience, "folds": folds, "forward_seasons": forwardSeasons,
            "forward_folds": forwardFolds, "seed": seed,
        ]
    }

    /// The plan by which a model was trained. A bundle without a recipe has that of the standard plan.
    public init(repeating bundle: ModelBundle, threads: Int) {
        self = .standard(bundle.objective, threads: threads)
        var values = bundle.parameters
        values["num_threads"] = "\(threads)"
        parameters = LightGBMParameters(values)
        guard let recipe = bundle.recipe else { return }
        rounds = recipe["rounds"] ?? rounds
        patience = recipe["patience"] ?? patience
        folds = recipe["folds"] ?? folds
        forwardSeasons = recipe["forward_seasons"] ?? forwardSeasons
        forwardFolds = recipe["forward_folds"] ?? forwardFolds
        seed = recipe["seed"] ?? seed
    }
}

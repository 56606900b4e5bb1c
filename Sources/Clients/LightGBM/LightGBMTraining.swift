import CLightGBM

/// Trains boosters, with early stopping on a validation metric.
public enum LightGBMTraining {
    /// Trains a booster.
    ///
    /// - Parameters:
    ///   - rounds: the maximum number of boosting rounds.
    ///   - validation: `metric` maps the predictions for the validation rows (probabilities for `binary`, raw scores
    ///     for a custom objective) to a value; lower is better. Training stops after `patience` rounds without a new
    ///     best value. `nil` runs all `rounds`.
    ///   - isCancelled: called before each round; `true` stops training with an error.
    ///   - onRound: called after each round with its number (from 1) and the metric, NaN without validation rows.
    /// - Throws: `LightGBMError` if training fails, is cancelled, cannot grow a tree, or the metric is never a number.
    public static func run(
        _ training: LightGBMDataset,
        objective: LightGBMObjective,
        parameters: LightGBMParameters,
        rounds: Int,
        validation: (data: LightGBMDataset, metric: ([Double]) -> Double, patience: Int)? = nil,
        isCancelled: () -> Bool = { false },
        onRound: (Int, Double) -> Void = { _, _ in }
    ) throws(LightGBMError) -> LightGBMTrainingResult {
        let booster = try createBooster(training, objective: objective, parameters: parameters)
        if let validation {
            try check(LGBM_BoosterAddValidData(booster.handle, validation.data.handle), "add validation rows")
        }
        var best = (round: 0, value: Double.infinity)
        var history: [Double] = []
        var gradient = [Float](repeating: 0, count: training.rows)
        var hessian = gradient
        for round in 1...max(1, rounds) {
            if isCancelled() { throw LightGBMError("train", "cancelled in round \(round)") }
            let isFinished = try boost(booster, objective: objective, round: round, &gradient, &hessian)
            // LightGBM found no useful split and kept no tree of this round; in round 1 it kept a constant.
            if isFinished {
                guard round > 1 else {
                    throw LightGBMError("train", "cannot grow a tree: the labels or the features are constant")
                }
                break
            }
            if let validation {
                let value = validation.metric(try predictions(booster.handle, dataIndex: 1))
                history.append(value)
                onRound(round, value)
                if value < best.value { best = (round, value) }
                if round - best.round >= validation.patience { break }
            } else {
                best.round = round
                onRound(round, .nan)
            }
        }
        guard best.round > 0 else { throw LightGBMError("train", "the validation metric was never a number") }
        return LightGBMTrainingResult(
            model: try booster.text(iterations: best.round),
            bestIteration: best.round,
            history: history
        )
    }

    private static func createBooster(
        _ training: LightGBMDataset,
        objective: LightGBMObjective,
        parameters: LightGBMParameters
    ) throws(LightGBMError) -> LightGBMBooster {
        var name = "none"
        if case .named(let given) = objective { name = given }
        var created: BoosterHandle?
        let settings = parameters.setting("objective", name).setting("metric", "None")
        try check(LGBM_BoosterCreate(training.handle, settings.text, &created), "start training")
        guard let created else { throw LightGBMError("start training", "LightGBM returned no handle") }
        return try LightGBMBooster(handle: created)
    }

    /// Runs one boosting round.
    ///
    /// - Parameters:
    ///   - gradient: scratch space for a custom objective, one element per training row. `hessian` is the same.
    /// - Returns: whether training is finished because no split improves the loss.
    private static func boost(
        _ booster: LightGBMBooster,
        objective: LightGBMObjective,
        round: Int,
        _ gradient: inout [Float],
        _ hessian: inout [Float]
    ) throws(LightGBMError) -> Bool {
        let rows = gradient.count
        var finished: Int32 = 0
        switch objective {
        case .named: try check(LGBM_BoosterUpdateOneIter(booster.handle, &finished), "train round \(round)")
        case .custom(let fillDerivatives):
            fillDerivatives(try predictions(booster.handle, dataIndex: 0), &gradient, &hessian)
            guard gradient.count == rows, hessian.count == rows else {
                throw LightGBMError(
                    "train round \(round)",
                    "the objective returned \(gradient.count) gradients and \(hessian.count) hessians for \(rows) rows"
                )
            }
            try check(
                LGBM_BoosterUpdateOneIterCustom(booster.handle, gradient, hessian, &finished),
                "train round \(round)"
            )
        }
        return finished == 1
    }

    /// The current predictions for a data set: index 0 is the training data, 1 the first validation set.
    private static func predictions(_ handle: BoosterHandle, dataIndex: Int32) throws(LightGBMError) -> [Double] {
        var count: Int64 = 0
        try check(LGBM_BoosterGetNumPredict(handle, dataIndex, &count), "count predictions")
        var values = [Double](repeating: 0, count: Int(count))
        try check(LGBM_BoosterGetPredict(handle, dataIndex, &count, &values), "read predictions")
        return values
    }
}

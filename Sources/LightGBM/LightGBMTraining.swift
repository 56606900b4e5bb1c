import CLightGBM

/// How scores become gradients.
public enum LightGBMObjective {
    /// One of LightGBM's own, such as `binary`.
    case named(String)
    /// Fills the first and second derivative of the loss for each row's raw score.
    case custom((_ scores: [Double], _ gradient: inout [Float], _ hessian: inout [Float]) -> Void)
}

/// What a training run left behind.
public struct LightGBMTrained {
    /// Cut to the best iteration.
    public let model: String
    public let bestIteration: Int
    /// The metric after each iteration.
    public let history: [Double]
}

/// Boosts round by round, watching a metric on rows left out.
public enum LightGBMTraining {
    /// - Parameters:
    ///   - metric: of the validation rows' predictions (probabilities for `binary`, raw scores for a custom objective); lower is better.
    ///   - patience: rounds without a new best after which training stops. Without validation rows all `rounds` are run.
    ///   - isCancelled: asked once a round.
    /// - Throws: `LightGBMError`; also where it was cancelled, or not one tree could be grown.
    public static func run(
        _ training: LightGBMDataset, objective: LightGBMObjective, parameters: LightGBMParameters, rounds: Int,
        validation: (data: LightGBMDataset, metric: ([Double]) -> Double, patience: Int)? = nil, isCancelled: () -> Bool = { false },
        onRound: (Int, Double) -> Void = { _, _ in }
    ) throws(LightGBMError) -> LightGBMTrained {
        var name = "none"
        if case .named(let given) = objective { name = given }
        var made: BoosterHandle?
        let full = parameters.setting("objective", name).setting("metric", "None")
        try check(LGBM_BoosterCreate(training.handle, full.text, &made), "start training")
        guard let made else { throw LightGBMError("start training", "no handle") }
        let booster = try LightGBMBooster(handle: made)
        if let validation { try check(LGBM_BoosterAddValidData(made, validation.data.handle), "add the validation rows") }

        var best = (round: 0, value: Double.infinity)
        var history: [Double] = []
        var gradient = [Float](repeating: 0, count: training.rows)
        var hessian = gradient
        for round in 1...max(1, rounds) {
            if isCancelled() { throw LightGBMError("train", "cancelled in round \(round)") }
            var finished: Int32 = 0
            switch objective {
            case .named: try check(LGBM_BoosterUpdateOneIter(made, &finished), "train round \(round)")
            case .custom(let derive):
                derive(try predictions(made, 0), &gradient, &hessian)
                guard gradient.count == training.rows, hessian.count == training.rows else {
                    throw LightGBMError("train round \(round)", "the objective gave \(gradient.count) gradients for \(training.rows) rows")
                }
                try check(LGBM_BoosterUpdateOneIterCustom(made, gradient, hessian, &finished), "train round \(round)")
            }
            // no split was worth making: LightGBM has kept no tree of this round, or in the first one a constant
            if finished == 1 {
                guard round > 1 else { throw LightGBMError("train", "not one tree could be grown: the labels or the features are constant") }
                break
            }
            if let validation {
                let value = validation.metric(try predictions(made, 1))
                history.append(value)
                onRound(round, value)
                if value < best.value { best = (round, value) }
                if round - best.round >= validation.patience { break }
            } else {
                best.round = round
                onRound(round, .nan)
            }
        }
        guard best.round > 0 else { throw LightGBMError("train", "the metric was never a number") }
        return LightGBMTrained(model: try booster.text(iterations: best.round), bestIteration: best.round, history: history)
    }

    private static func predictions(_ handle: BoosterHandle, _ index: Int32) throws(LightGBMError) -> [Double] {
        var count: Int64 = 0
        try check(LGBM_BoosterGetNumPredict(handle, index, &count), "count the predictions")
        var values = [Double](repeating: 0, count: Int(count))
        try check(LGBM_BoosterGetPredict(handle, index, &count, &values), "read the predictions")
        return values
    }
}

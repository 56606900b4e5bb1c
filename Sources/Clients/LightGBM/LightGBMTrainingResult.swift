/// The result of a training run.
public struct LightGBMTrainingResult {
    /// The model text, cut to the best iteration.
    public let model: String
    public let bestIteration: Int
    /// The validation metric after each iteration; empty without validation rows.
    public let history: [Double]
}

/// The weights of the trees' and the conditional logit's scores in one score, whose softmax is the probability.
///
/// Their sum is the temperature: a mean of models is underconfident, so it comes out above 1.
public struct ScoreStack: Sendable, Codable, Equatable {
    public let trees: Double
    public let logit: Double

    package init(trees: Double, logit: Double) {
        self.trees = trees
        self.logit = logit
    }

    public func callAsFunction(trees score: Double, logit other: Double) -> Double { trees * score + logit * other }

    /// Fits the weights by maximum likelihood of the winners, each held at 0 or above.
    ///
    /// Scores that do not vary within races say nothing: they get the weight 0, or the trees 1 if neither vary.
    ///
    /// - Parameters:
    ///   - trees: a score for each row; so is `logit`.
    ///   - shares: the share of the win of each row.
    package static func fit(
        trees: [Double],
        logit: [Double],
        shares: [Double],
        races: [TrainingRace]
    ) -> ScoreStack {
        if let both = try? WinnerLikelihood.maximise([trees, logit], shares, races),
            both.weights.allSatisfy({ $0 >= 0 })
        {
            return ScoreStack(trees: both.weights[0], logit: both.weights[1])
        }
        // On the edge, one of them has the weight 0. A negative weight there means 0 as well: a uniform probability.
        let alone = try? WinnerLikelihood.maximise([trees], shares, races)
        let other = try? WinnerLikelihood.maximise([logit], shares, races)
        if alone == nil, other == nil { return ScoreStack(trees: 1, logit: 0) }
        let treesWeight = max(0, alone?.weights[0] ?? 0)
        let logitWeight = max(0, other?.weights[0] ?? 0)
        let isLogitBetter =
            treesWeight == 0 || (logitWeight > 0 && (other?.value ?? -.infinity) > (alone?.value ?? -.infinity))
        return isLogitBetter
            ? ScoreStack(trees: 0, logit: logitWeight) : ScoreStack(trees: treesWeight, logit: 0)
    }
}

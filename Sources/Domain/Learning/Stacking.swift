import Modeling
import Racing

/// Fits what makes one probability of the scores of two learners, on forward-chained rows only.
struct Stacking {
    /// What a bundle takes over.
    struct Fitted {
        let logit: ConditionalLogit
        let weights: ScoreStack
        let method: CalibrationMethod
    }

    let chain: ForwardChain
    let shares: [Double]
    let races: [TrainingRace]
    let won: [Double]

    init(_ chain: ForwardChain, _ set: TrainingSet, shares: [Double]) {
        self.chain = chain
        self.shares = shares
        races = set.races
        won = set.positions.map { $0 == 1 ? 1.0 : 0.0 }
    }

    private func races(of seasons: ArraySlice<Range<Int>>) -> [TrainingRace] {
        seasons.flatMap { races[$0] }
    }

    /// The weights by the seasons.
    func weights(_ seasons: ArraySlice<Range<Int>>) -> ScoreStack {
        ScoreStack.fit(trees: chain.trees, logit: chain.logit, shares: shares, races: races(of: seasons))
    }

    /// The softmaxed scores of all rows; only those of the chain's races mean something.
    func probabilities(_ weights: ScoreStack) -> [Double] {
        RaceSoftmax.probabilities(zip(chain.trees, chain.logit).map { weights(trees: $0, logit: $1) }, races)
    }

    /// The isotonic curve of probabilities by the seasons.
    func curve(_ probabilities: [Double], _ seasons: ArraySlice<Range<Int>>) throws -> Isotonic {
        let rows = races(of: seasons).flatMap(\.rows)
        return try Isotonic(rows.map { probabilities[$0] }, rows.map { won[$0] })
    }

    func calibrated(_ probabilities: [Double], _ curve: Isotonic) -> [Double] {
        normalised(probabilities.map { curve($0) }, races)
    }

    func loss(_ probabilities: [Double], _ seasons: ArraySlice<Range<Int>>) -> Double {
        RaceMetrics.mean(RaceMetrics.losses(probabilities, shares, races(of: seasons)))
    }

    /// Compares the temperature with the isotonic curve: both fitted on the seasons before each season and judged on
    /// it. With one season there is no judge, and the temperature has fewer parameters.
    func chooseMethod(_ metrics: inout [String: Double]) throws -> CalibrationMethod {
        var judged: [(temperature: Double, isotonic: Double, races: Int)] = []
        for index in chain.seasons.indices.dropFirst() {
            let earlier = chain.seasons[..<index]
            let season = chain.seasons[index...index]
            let p = probabilities(weights(earlier))
            judged.append(
                (loss(p, season), loss(calibrated(p, try curve(p, earlier)), season), chain.seasons[index].count)
            )
        }
        guard !judged.isEmpty else { return .temperature }
        let races = Double(judged.reduce(0) { $0 + $1.races })
        let temperature = judged.reduce(0) { $0 + $1.temperature * Double($1.races) } / races
        let isotonic = judged.reduce(0) { $0 + $1.isotonic * Double($1.races) } / races
        metrics["chained_temperature_log_loss"] = temperature
        metrics["chained_isotonic_log_loss"] = isotonic
        return isotonic < temperature ? .isotonic : .temperature
    }

    /// The losses of each learner alone and of their plain mean, over all seasons.
    func report(_ weights: ScoreStack, _ metrics: inout [String: Double]) {
        let all = chain.seasons[...]
        metrics["forward_trees_log_loss"] = loss(probabilities(ScoreStack(trees: 1, logit: 0)), all)
        metrics["forward_logit_log_loss"] = loss(probabilities(ScoreStack(trees: 0, logit: 1)), all)
        metrics["forward_mean_log_loss"] = loss(probabilities(ScoreStack(trees: 0.5, logit: 0.5)), all)
        metrics["stack_trees"] = weights.trees
        metrics["stack_logit"] = weights.logit
    }
}

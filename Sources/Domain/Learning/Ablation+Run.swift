import Features
import LightGBM
import Modeling

extension Ablation {
    /// Trains the model with all features once per seed, and once without each feature group.
    ///
    /// Blocks for the whole training: do not call it on the cooperative thread pool.
    ///
    /// - Parameters:
    ///   - training: the races to train on.
    ///   - holdout: later races to test on.
    ///   - seeds: the number of trainings with all features, each with another seed.
    ///   - isCancelled: polled during training; `true` ends it with an error.
    ///   - onProgress: receives the current step and the completed share, 0 to 1.
    /// - Throws: `ModelingError` if the data cannot be trained on, `LightGBMError` if LightGBM fails or training is
    ///   cancelled.
    public init(
        training: TrainingSet,
        holdout: TrainingSet,
        _ set: FeatureSet,
        _ plan: TrainingPlan,
        seeds: Int = 3,
        isCancelled: @escaping @Sendable () -> Bool,
        onProgress: @escaping @Sendable (String, Double) -> Void
    ) throws {
        let groups = Feature.Group.allCases.map { ($0.rawValue, set.columns(of: $0)) }.filter { !$0.1.isEmpty }
        let steps = Double(groups.count + seeds)
        let shares = holdout.winShares
        func losses(without dropped: Set<Int>, seed: Int, step: Int, title: String) throws -> [Double] {
            var plan = plan
            plan.seed += 100 * seed
            let trainer = ModelTrainer(plan, isCancelled: isCancelled) { _, share in
                onProgress(title, (Double(step) + share) / steps)
            }
            let predictor = try Predictor(
                try trainer.train(training.droppingColumns(dropped), name: "ablation", version: "1")
            )
            let test = holdout.droppingColumns(dropped)
            var probabilities: [Double] = []
            for race in test.races { probabilities += try predictor.race(test.matrix.rows(at: Array(race.rows))) }
            return RaceMetrics.losses(probabilities, shares, holdout.races)
        }
        let full = try (0..<seeds).map {
            try losses(without: [], seed: $0, step: $0, title: "all features, seed \($0 + 1)")
        }
        // Pair with the mean over the seeds: one lucky seed would bias the comparison with every group.
        let reference = holdout.races.indices.map { race in full.reduce(0) { $0 + $1[race] } / Double(seeds) }
        let lines = try groups.enumerated().map { index, group in
            let without = try losses(without: group.1, seed: 0, step: seeds + index, title: "without \(group.0)")
            let differences = zip(without, reference).map { $0 - $1 }
            return Line(
                group: group.0,
                columns: group.1.count,
                logLoss: RaceMetrics.mean(without),
                worse: RaceMetrics.mean(differences),
                worseSE: RaceMetrics.standardError(differences)
            )
        }
        let uniform = RaceMetrics.mean(
            RaceMetrics.losses(normalised(shares.map { _ in 1 }, holdout.races), shares, holdout.races)
        )
        self.init(races: holdout.races.count, uniform: uniform, full: full.map(RaceMetrics.mean), lines: lines)
    }
}

extension TrainingSet {
    /// The set without some of its columns.
    fileprivate func droppingColumns(_ dropped: Set<Int>) -> TrainingSet {
        guard !dropped.isEmpty else { return self }
        let kept = featureNames.indices.filter { !dropped.contains($0) }
        var values: [Float] = []
        values.reserveCapacity(matrix.rows * kept.count)
        for row in 0..<matrix.rows {
            for column in kept { values.append(matrix.values[row * matrix.columns + column]) }
        }
        return TrainingSet(
            featureNames: kept.map { featureNames[$0] },
            featureSetVersion: featureSetVersion,
            featureSetHash: "without",
            matrix: LightGBMMatrix(values, columns: kept.count),
            races: races,
            positions: positions,
            odds: odds
        )
    }
}

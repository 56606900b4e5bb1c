import Features
import LightGBM
import Racing

/// What each group of features is worth: the model is trained without it and judged on the same later races. Beside it stands the noise: the same
/// features trained from other seeds.
public struct Ablation: Sendable, Codable, Equatable {
    public struct Line: Sendable, Codable, Equatable {
        public let group: String
        /// Columns left out, comparisons of them within the race among them.
        public let columns: Int
        public let logLoss: Double
        /// How much worse than with all columns, nats a race, with its paired standard error; above 0 the group helps.
        public let worse: Double
        public let worseSE: Double
    }

    public let races: Int
    public let uniform: Double
    /// With all columns, by seed.
    public let full: [Double]
    public let lines: [Line]

    /// The standard deviation of the loss from seed to seed.
    public var seedNoise: Double {
        let mean = RaceMetrics.mean(full)
        return full.count > 1 ? (full.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(full.count - 1)).squareRoot() : .nan
    }

    /// Blocks for as long as training takes, once for each group and seed: call it off the cooperative threads.
    public init(
        training: TrainingSet, holdout: TrainingSet, _ set: FeatureSet, _ plan: TrainingPlan, seeds: Int = 3,
        isCancelled: @escaping @Sendable () -> Bool,
        onProgress: @escaping @Sendable (String, Double) -> Void
    ) throws {
        let groups = Feature.Group.allCases.map { ($0.rawValue, set.columns(of: $0)) }.filter { !$0.1.isEmpty }
        let steps = Double(groups.count + seeds)
        let shares = holdout.winShares
        func losses(_ dropped: Set<Int>, seed: Int, _ step: Int, _ title: String) throws -> [Double] {
            var plan = plan
            plan.seed += 100 * seed
            let trainer = ModelTrainer(plan, isCancelled: isCancelled) { _, share in onProgress(title, (Double(step) + share) / steps) }
            let predictor = try Predictor(try trainer.train(training.leavingOut(dropped), name: "ablation", version: "1"))
            let test = holdout.leavingOut(dropped)
            var probabilities: [Double] = []
            for race in test.races { probabilities += try predictor.race(test.matrix.rows(at: Array(race.rows))) }
            return RaceMetrics.losses(probabilities, shares, holdout.races)
        }
        let whole = try (0..<seeds).map { try losses([], seed: $0, $0, "all features, seed \($0 + 1)") }
        // paired with the mean of the seeds, so that one lucky seed does not flatter or blame every group
        let reference = holdout.races.indices.map { race in whole.reduce(0) { $0 + $1[race] } / Double(seeds) }
        lines = try groups.enumerated().map { index, group in
            let without = try losses(group.1, seed: 0, seeds + index, "without \(group.0)")
            let differences = zip(without, reference).map { $0 - $1 }
            return Line(
                group: group.0, columns: group.1.count, logLoss: RaceMetrics.mean(without), worse: RaceMetrics.mean(differences),
                worseSE: RaceMetrics.standardError(differences))
        }
        races = holdout.races.count
        full = whole.map(RaceMetrics.mean)
        uniform = RaceMetrics.mean(RaceMetrics.losses(normalised(shares.map { _ in 1 }, holdout.races), shares, holdout.races))
    }
}

extension TrainingSet {
    /// Without some of the columns.
    func leavingOut(_ dropped: Set<Int>) -> TrainingSet {
        guard !dropped.isEmpty else { return self }
        let kept = featureNames.indices.filter { !dropped.contains($0) }
        var values: [Float] = []
        values.reserveCapacity(matrix.rows * kept.count)
        for row in 0..<matrix.rows { for column in kept { values.append(matrix.values[row * matrix.columns + column]) } }
        return TrainingSet(
            featureNames: kept.map { featureNames[$0] }, featureSetVersion: featureSetVersion, featureSetHash: "without",
            matrix:
                LightGBMMatrix(values, columns: kept.count), races: races, positions: positions, odds: odds)
    }
}

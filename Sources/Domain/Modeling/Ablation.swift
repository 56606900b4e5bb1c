/// The contribution of each feature group: the model is trained without the group and tested on the same later races.
///
/// The same features trained with other seeds show how much of a difference is noise.
public struct Ablation: Sendable, Codable, Equatable {
    /// The model without one feature group.
    public struct Line: Sendable, Codable, Equatable {
        public let group: String
        /// The number of columns left out, within-race comparisons included.
        public let columns: Int
        /// Mean log loss per race, nats.
        public let logLoss: Double
        /// The increase in log loss relative to the model with all columns, nats per race. Above 0 the group helps.
        public let worse: Double
        /// The paired standard error of `worse`.
        public let worseSE: Double

        public init(group: String, columns: Int, logLoss: Double, worse: Double, worseSE: Double) {
            self.group = group
            self.columns = columns
            self.logLoss = logLoss
            self.worse = worse
            self.worseSE = worseSE
        }
    }

    /// The number of test races.
    public let races: Int
    /// The log loss of the uniform 1/n, nats per race.
    public let uniform: Double
    /// The log loss with all columns, one value per seed.
    public let full: [Double]
    public let lines: [Line]

    /// The standard deviation of the log loss between seeds; NaN with fewer than two seeds.
    public var seedNoise: Double {
        let mean = RaceMetrics.mean(full)
        return full.count > 1
            ? (full.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(full.count - 1)).squareRoot() : .nan
    }

    public init(races: Int, uniform: Double, full: [Double], lines: [Line]) {
        self.races = races
        self.uniform = uniform
        self.full = full
        self.lines = lines
    }
}

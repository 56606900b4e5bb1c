import Foundation

/// How good win probabilities were, race by race.
public enum RaceMetrics {
    /// -ln p(winner) of each race, in nats; over the winners of a dead heat the mean.
    public static func losses(_ probabilities: [Double], _ shares: [Double], _ races: [TrainingRace]) -> [Double] {
        races.map { race in race.rows.reduce(0) { shares[$1] > 0 ? $0 - shares[$1] * log(max(probabilities[$1], 1e-15)) : $0 } }
    }

    public static func mean(_ values: [Double]) -> Double { values.isEmpty ? .nan : values.reduce(0, +) / Double(values.count) }

    /// The standard error of the mean.
    public static func standardError(_ values: [Double]) -> Double {
        guard values.count > 1 else { return .nan }
        let mean = mean(values)
        return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1) / Double(values.count)).squareRoot()
    }

    /// McFadden's pseudo-R2 against the uniform 1/n.
    public static func pseudoR2(_ loss: Double, uniform: Double) -> Double { 1 - loss / uniform }

    /// The area under the ROC curve: the chance that a winner was given more than a loser, ties counting half (Hanley and McNeil 1982). NaN where
    /// there are no winners or no losers.
    public static func auc(_ probabilities: [Double], _ won: [Bool]) -> Double {
        let order = probabilities.indices.sorted { probabilities[$0] < probabilities[$1] }
        var (rankSum, winners, index) = (0.0, 0, 0)
        while index < order.count {
            var end = index
            while end < order.count, probabilities[order[end]] == probabilities[order[index]] { end += 1 }
            // ties share the mean of their ranks
            let tied = order[index..<end].count { won[$0] }
            rankSum += Double(tied) * Double(index + 1 + end) / 2
            winners += tied
            index = end
        }
        let (w, l) = (Double(winners), Double(order.count - winners))
        return (rankSum - w * (w + 1) / 2) / (w * l)
    }

    /// One bin of a calibration plot.
    public struct CalibrationBin: Sendable, Codable {
        public let count: Int
        public let predicted: Double
        public let observed: Double
        /// Wilson's 95 % interval of the observed rate.
        public let low: Double
        public let high: Double
    }

    /// Bins of equal count, by predicted probability.
    public static func calibration(_ probabilities: [Double], _ won: [Double], bins: Int = 10) -> [CalibrationBin] {
        let order = probabilities.indices.sorted { probabilities[$0] < probabilities[$1] }
        return (0..<bins).compactMap { bin in
            let part = order[order.count * bin / bins..<order.count * (bin + 1) / bins]
            guard !part.isEmpty else { return nil }
            let n = Double(part.count)
            let predicted = part.reduce(0) { $0 + probabilities[$1] } / n
            let observed = part.reduce(0) { $0 + won[$1] } / n
            let z = 1.959964
            let centre = (observed + z * z / (2 * n)) / (1 + z * z / n)
            let half = z / (1 + z * z / n) * (observed * (1 - observed) / n + z * z / (4 * n * n)).squareRoot()
            return CalibrationBin(
                count: part.count, predicted: predicted, observed: observed, low: max(0, centre - half), high: min(1, centre + half))
        }
    }

    /// Expected calibration error over bins of equal count.
    public static func calibrationError(_ bins: [CalibrationBin]) -> Double {
        let total = bins.reduce(0) { $0 + $1.count }
        return bins.reduce(0) { $0 + Double($1.count) * abs($1.predicted - $1.observed) } / Double(max(total, 1))
    }
}

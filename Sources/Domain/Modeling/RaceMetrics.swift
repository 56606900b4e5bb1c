import Foundation

/// Measures of the quality of win probabilities.
public enum RaceMetrics {
    /// The log loss -ln p(winner) of each race, in nats; the mean over the winners of a dead heat.
    ///
    /// - Parameters:
    ///   - probabilities: one per row.
    ///   - shares: the share of the win per row; 1/k for each of k dead-heat winners.
    public static func losses(_ probabilities: [Double], _ shares: [Double], _ races: [TrainingRace]) -> [Double] {
        races.map { race in
            race.rows.reduce(0) { shares[$1] > 0 ? $0 - shares[$1] * log(max(probabilities[$1], 1e-15)) : $0 }
        }
    }

    /// The mean; NaN without values.
    public static func mean(_ values: [Double]) -> Double {
        values.isEmpty ? .nan : values.reduce(0, +) / Double(values.count)
    }

    /// The standard error of the mean; NaN with fewer than two values.
    public static func standardError(_ values: [Double]) -> Double {
        guard values.count > 1 else { return .nan }
        let mean = mean(values)
        return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1) / Double(values.count))
            .squareRoot()
    }

    /// McFadden's pseudo-R2 against the uniform 1/n.
    public static func pseudoR2(_ loss: Double, uniform: Double) -> Double { 1 - loss / uniform }

    /// The area under the ROC curve: the probability that a winner is ranked above a loser, with ties counted as half
    /// (Hanley and McNeil 1982). NaN without winners or without losers.
    public static func auc(_ probabilities: [Double], _ won: [Bool]) -> Double {
        let order = probabilities.indices.sorted { probabilities[$0] < probabilities[$1] }
        var rankSum = 0.0
        var winners = 0
        var index = 0
        while index < order.count {
            var end = index
            while end < order.count, probabilities[order[end]] == probabilities[order[index]] { end += 1 }
            // Tied rows share the mean of their ranks.
            let tied = order[index..<end].count { won[$0] }
            rankSum += Double(tied) * Double(index + 1 + end) / 2
            winners += tied
            index = end
        }
        let w = Double(winners)
        let l = Double(order.count - winners)
        return (rankSum - w * (w + 1) / 2) / (w * l)
    }

    /// One bin of a calibration plot.
    public struct CalibrationBin: Sendable, Codable {
        public let count: Int
        /// The mean prediction.
        public let predicted: Double
        /// The observed rate of wins.
        public let observed: Double
        /// Lower end of Wilson's 95 % interval of the observed rate.
        public let low: Double
        /// Upper end of Wilson's 95 % interval of the observed rate.
        public let high: Double
    }

    /// Calibration bins of equal count, ordered by predicted probability.
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
                count: part.count,
                predicted: predicted,
                observed: observed,
                low: max(0, centre - half),
                high: min(1, centre + half)
            )
        }
    }

    /// The expected calibration error over these bins, weighted by count.
    public static func calibrationError(_ bins: [CalibrationBin]) -> Double {
        let total = bins.reduce(0) { $0 + $1.count }
        return bins.reduce(0) { $0 + Double($1.count) * abs($1.predicted - $1.observed) } / Double(max(total, 1))
    }
}

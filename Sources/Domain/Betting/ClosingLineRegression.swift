import Foundation

/// A test of a model against the closing line: whether prices move towards the model before the off.
///
/// Regresses ln(taken / closing) on ln(p x taken). A slope of 0 means that the closing line ignores the model's
/// disagreement with the price; a slope of 1, that it moves all the way. The mean of ln(taken / closing) alone measures
/// only the drift of the market.
public struct ClosingLineRegression: Sendable, Codable, Equatable {
    /// One priced runner.
    public struct Observation: Sendable {
        public let race: Int64
        /// The model's win probability.
        public let probability: Double
        /// Decimal odds as taken.
        public let taken: Double
        /// Decimal closing odds.
        public let closing: Double

        public init(race: Int64, probability: Double, taken: Double, closing: Double) {
            self.race = race
            self.probability = probability
            self.taken = taken
            self.closing = closing
        }
    }

    public let observations: Int
    public let races: Int
    public let intercept: Double
    public let slope: Double
    /// The standard error of the intercept, clustered by race (Liang and Zeger 1986), with the small-sample factor
    /// G/(G - 1) (n - 1)/(n - 2).
    public let interceptSE: Double
    /// The standard error of the slope, clustered in the same way.
    public let slopeSE: Double

    private struct Point {
        let race: Int64
        let x: Double
        let y: Double
    }

    /// Fits the regression by ordinary least squares.
    ///
    /// - Returns: `nil` for fewer than three races or four observations, or if ln(p x taken) does not vary.
    public init?(_ all: [Observation]) {
        let points = all.map { Point(race: $0.race, x: log($0.probability * $0.taken), y: log($0.taken / $0.closing)) }
            .filter { $0.x.isFinite && $0.y.isFinite }
        let n = Double(points.count)
        guard points.count > 3 else { return nil }
        let meanX = points.reduce(0) { $0 + $1.x } / n
        let meanY = points.reduce(0) { $0 + $1.y } / n
        let sxx = points.reduce(0) { $0 + ($1.x - meanX) * ($1.x - meanX) }
        guard sxx > 1e-12 * n else { return nil }
        slope = points.reduce(0) { $0 + ($1.x - meanX) * ($1.y - meanY) } / sxx
        intercept = meanY - slope * meanX
        // With x centred on its mean, the bread of the sandwich estimator is diagonal.
        var scores: [Int64: (level: Double, slope: Double)] = [:]
        for point in points {
            let residual = point.y - intercept - slope * point.x
            scores[point.race, default: (0, 0)].level += residual
            scores[point.race, default: (0, 0)].slope += residual * (point.x - meanX)
        }
        let g = Double(scores.count)
        guard scores.count > 2 else { return nil }
        let factor = g / (g - 1) * (n - 1) / (n - 2)
        var levelLevel = 0.0
        var levelSlope = 0.0
        var slopeSlope = 0.0
        // A fixed order of summation keeps the last digits reproducible.
        for (_, score) in scores.sorted(by: { $0.key < $1.key }) {
            levelLevel += score.level * score.level
            levelSlope += score.level * score.slope
            slopeSlope += score.slope * score.slope
        }
        slopeSE = (factor * slopeSlope).squareRoot() / sxx
        let variance =
            levelLevel / (n * n) - 2 * meanX * levelSlope / (n * sxx) + meanX * meanX * slopeSlope / (sxx * sxx)
        interceptSE = (factor * max(0, variance)).squareRoot()
        observations = points.count
        races = scores.count
    }

    /// The result in words, at two standard errors of the slope.
    public var verdict: String {
        guard races >= 100 else { return "\(races) races: too few to say anything" }
        if abs(slope) <= 2 * slopeSE { return "no significant move towards or away from the model" }
        return slope > 0 ? "the closing line moved towards the model" : "the closing line moved away from the model"
    }
}

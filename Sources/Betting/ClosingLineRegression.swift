import Foundation

/// The verdict on a model by the closing line: does the close move towards what the model said?
///
/// Regresses ln(taken / closing) on ln(p x taken). A slope of 0 says that the closing line took no notice of the model's disagreement with the price; 1, that
/// it moved all the way. The mean of ln(taken / closing) alone measures only how the market drifted.
public struct ClosingLineRegression: Sendable, Codable, Equatable {
    public struct Observation: Sendable {
        public let race: Int64
        public let probability: Double
        /// Decimal, as taken.
        public let taken: Double
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
    /// Clustered by race (Liang and Zeger 1986), with the factor G/(G - 1) (n - 1)/(n - 2) for few clusters.
    public let interceptSE: Double
    public let slopeSE: Double

    /// - Returns: nil for fewer than three races, or where the model says the same of every runner.
    public init?(_ all: [Observation]) {
        let rows = all.map { (race: $0.race, x: log($0.probability * $0.taken), y: log($0.taken / $0.closing)) }.filter {
            $0.x.isFinite && $0.y.isFinite
        }
        let n = Double(rows.count)
        guard rows.count > 3 else { return nil }
        let (meanX, meanY) = (rows.reduce(0) { $0 + $1.x } / n, rows.reduce(0) { $0 + $1.y } / n)
        let sxx = rows.reduce(0) { $0 + ($1.x - meanX) * ($1.x - meanX) }
        guard sxx > 1e-12 * n else { return nil }
        slope = rows.reduce(0) { $0 + ($1.x - meanX) * ($1.y - meanY) } / sxx
        intercept = meanY - slope * meanX
        // with x taken from its mean, the bread of the sandwich is diagonal
        var scores: [Int64: (level: Double, slope: Double)] = [:]
        for row in rows {
            let residual = row.y - intercept - slope * row.x
            scores[row.race, default: (0, 0)].level += residual
            scores[row.race, default: (0, 0)].slope += residual * (row.x - meanX)
        }
        let g = Double(scores.count)
        guard scores.count > 2 else { return nil }
        let factor = g / (g - 1) * (n - 1) / (n - 2)
        var (ll, ls, ss) = (0.0, 0.0, 0.0)
        // in one order, so that the last digits are the same each time
        for (_, score) in scores.sorted(by: { $0.key < $1.key }) {
            ll += score.level * score.level
            ls += score.level * score.slope
            ss += score.slope * score.slope
        }
        slopeSE = (factor * ss).squareRoot() / sxx
        let variance = ll / (n * n) - 2 * meanX * ls / (n * sxx) + meanX * meanX * ss / (sxx * sxx)
        interceptSE = (factor * max(0, variance)).squareRoot()
        observations = rows.count
        races = scores.count
    }

    /// In words, or that nothing can be said.
    public var verdict: String {
        guard races >= 100 else { return "\(races) races: too few to say anything" }
        if abs(slope) <= 2 * slopeSE { return "the closing line took no notice that can be told from noise" }
        return slope > 0 ? "the closing line moved towards the model" : "the closing line moved away from the model"
    }
}

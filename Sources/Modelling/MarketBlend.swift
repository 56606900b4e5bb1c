import Foundation

/// The combination of model and market (Benter 1994): c_i proportional to exp(a ln f_i + b ln m_i).
public struct MarketBlend: Sendable, Codable, Equatable {
    /// The weight of the model, 0 or above: below 0 it would bet against itself. Held at 0, too, where it is not clear of 0 by two standard errors: a
    /// weight that may be luck costs against a sharp market, and is not money to bet.
    public var a: Double
    /// The weight of the market.
    public var b: Double
    /// nil where a was held at 0.
    public var aError: Double?
    public var bError: Double
    /// As the likelihood alone would have it.
    public var unconstrainedA: Double
    public var unconstrainedB: Double
    public var unconstrainedAError: Double
    public var unconstrainedBError: Double
    /// How many races it was fitted on.
    public var races: Int
    /// Seconds before the off at which the market's prices were taken.
    public var lead: Int

    /// Standard errors by which the model's weight must be clear of 0.
    static let clear = 2.0

    /// - Parameters:
    ///   - model: within-race probabilities; see `market`.
    ///   - market: without overround, of every runner of every race.
    public static func fit(
        model: [Double], market: [Double], shares: [Double], races: [TrainingRace], lead: Int = 0
    ) throws(ModellingError) -> MarketBlend {
        guard races.count >= 30 else { throw ModellingError("\(races.count) races with a full market: at least 30 are needed to fit the blend") }
        let (f, m) = (model.map { log(max($0, 1e-9)) }, market.map { log(max($0, 1e-9)) })
        let free = try maximise([f, m], shares, races)
        var blend = MarketBlend(
            a: free.weights[0], b: free.weights[1], aError: free.errors[0], bError: free.errors[1], unconstrainedA: free.weights[0],
            unconstrainedB: free.weights[1], unconstrainedAError: free.errors[0], unconstrainedBError: free.errors[1], races: races.count, lead: lead)
        if blend.a < Self.clear * free.errors[0] {
            let alone = try maximise([m], shares, races)
            (blend.a, blend.aError, blend.b, blend.bError) = (0, nil, alone.weights[0], alone.errors[0])
        }
        return blend
    }

    public func callAsFunction(model: [Double], market: [Double]) -> [Double] {
        RaceSoftmax.probabilities(zip(model, market).map { a * log(max($0, 1e-9)) + b * log(max($1, 1e-9)) })
    }

    /// Newton's method on the conditional logit's log likelihood, which is concave; errors from the inverse information.
    static func maximise(_ columns: [[Double]], _ shares: [Double], _ races: [TrainingRace]) throws(ModellingError) -> (
        weights: [Double], errors: [Double]
    ) {
        let k = columns.count
        var weights = [Double](repeating: 1 / Double(k), count: k)
        func evaluate(_ w: [Double]) -> (value: Double, gradient: [Double], information: [[Double]]) {
            var (value, gradient) = (0.0, [Double](repeating: 0, count: k))
            var information = [[Double]](repeating: gradient, count: k)
            for race in races {
                let scores = race.rows.map { row in (0..<k).reduce(0) { $0 + w[$1] * columns[$1][row] } }
                let p = RaceSoftmax.probabilities(scores)
                var mean = [Double](repeating: 0, count: k)
                for (i, row) in race.rows.enumerated() { for j in 0..<k { mean[j] += p[i] * columns[j][row] } }
                for (i, row) in race.rows.enumerated() {
                    if shares[row] > 0 { value += shares[row] * log(max(p[i], 1e-300)) }
                    for j in 0..<k {
                        gradient[j] += (shares[row] - p[i]) * columns[j][row]
                        for l in 0..<k { information[j][l] += p[i] * (columns[j][row] - mean[j]) * (columns[l][row] - mean[l]) }
                    }
                }
            }
            return (value, gradient, information)
        }
        var current = evaluate(weights)
        for _ in 0..<100 {
            guard let inverse = invert(current.information) else {
                throw ModellingError("the blend cannot be fitted: model and market say the same, or nothing")
            }
            let step = (0..<k).map { j in (0..<k).reduce(0) { $0 + inverse[j][$1] * current.gradient[$1] } }
            var scale = 1.0
            var next = evaluate(zip(weights, step).map { $0 + scale * $1 })
            while next.value < current.value, scale > 1e-6 {
                scale /= 2
                next = evaluate(zip(weights, step).map { $0 + scale * $1 })
            }
            weights = zip(weights, step).map { $0 + scale * $1 }
            current = next
            if step.allSatisfy({ abs($0) < 1e-10 }) { break }
        }
        guard let inverse = invert(current.information) else { throw ModellingError("the blend's errors cannot be computed") }
        return (weights, (0..<k).map { inverse[$0][$0].squareRoot() })
    }

    /// Of a symmetric positive matrix of one or two rows.
    private static func invert(_ matrix: [[Double]]) -> [[Double]]? {
        if matrix.count == 1 { return matrix[0][0] > 1e-12 ? [[1 / matrix[0][0]]] : nil }
        let determinant = matrix[0][0] * matrix[1][1] - matrix[0][1] * matrix[1][0]
        guard determinant > 1e-12 else { return nil }
        return [[matrix[1][1] / determinant, -matrix[0][1] / determinant], [-matrix[1][0] / determinant, matrix[0][0] / determinant]]
    }
}

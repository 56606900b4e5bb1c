import Foundation

/// The combination of model and market (Benter 1994): c_i is proportional to exp(a ln f_i + b ln m_i).
public struct MarketBlend: Sendable, Codable, Equatable {
    /// The weight of the model, 0 or above: a negative weight would bet against the model.
    ///
    /// It is also set to 0 if it is less than two standard errors above 0. Such a weight may be due to chance, and then
    /// it loses money against a sharp market.
    public var a: Double
    /// The weight of the market.
    public var b: Double
    /// The standard error of `a`; `nil` if `a` was set to 0.
    public var aError: Double?
    /// The standard error of `b`.
    public var bError: Double
    /// The maximum-likelihood weight of the model, without the constraint.
    public var unconstrainedA: Double
    /// The maximum-likelihood weight of the market, without the constraint.
    public var unconstrainedB: Double
    public var unconstrainedAError: Double
    public var unconstrainedBError: Double
    /// The number of races that the blend was fitted on.
    public var races: Int
    /// Seconds before the off at which the market prices were taken.
    public var lead: Int

    /// The number of standard errors by which the model's weight must exceed 0.
    private static let requiredErrors = 2.0

    /// Fits the weights by maximum likelihood.
    ///
    /// - Parameters:
    ///   - model: within-race probabilities, one per row.
    ///   - market: probabilities without overround, one per row; every runner of every race must be priced.
    ///   - shares: the share of the win per row; 1/k for each of k dead-heat winners.
    ///   - lead: seconds before the off.
    /// - Throws: `ModelingError` if there are fewer than 30 races, or the fit is singular.
    public static func fit(
        model: [Double],
        market: [Double],
        shares: [Double],
        races: [TrainingRace],
        lead: Int = 0
    ) throws(ModelingError) -> MarketBlend {
        guard races.count >= 30 else {
            throw ModelingError(
                "cannot fit the market blend on \(races.count) races with a full market: 30 or more are needed"
            )
        }
        let logModel = model.map { log(max($0, 1e-9)) }
        let logMarket = market.map { log(max($0, 1e-9)) }
        let unconstrained = try maximise([logModel, logMarket], shares, races)
        var blend = MarketBlend(
            a: unconstrained.weights[0],
            b: unconstrained.weights[1],
            aError: unconstrained.errors[0],
            bError: unconstrained.errors[1],
            unconstrainedA: unconstrained.weights[0],
            unconstrainedB: unconstrained.weights[1],
            unconstrainedAError: unconstrained.errors[0],
            unconstrainedBError: unconstrained.errors[1],
            races: races.count,
            lead: lead
        )
        if blend.a < Self.requiredErrors * unconstrained.errors[0] {
            let marketOnly = try maximise([logMarket], shares, races)
            blend.a = 0
            blend.aError = nil
            blend.b = marketOnly.weights[0]
            blend.bError = marketOnly.errors[0]
        }
        return blend
    }

    /// The blended probabilities of one race.
    public func callAsFunction(model: [Double], market: [Double]) -> [Double] {
        RaceSoftmax.probabilities(zip(model, market).map { a * log(max($0, 1e-9)) + b * log(max($1, 1e-9)) })
    }

    private struct LogLikelihood {
        let value: Double
        let gradient: [Double]
        let information: [[Double]]
    }

    /// Maximises the conditional logit's log likelihood, which is concave, by Newton's method.
    ///
    /// - Returns: the weights with their standard errors, from the inverse information matrix.
    private static func maximise(
        _ columns: [[Double]],
        _ shares: [Double],
        _ races: [TrainingRace]
    ) throws(ModelingError) -> (weights: [Double], errors: [Double]) {
        let k = columns.count
        var weights = [Double](repeating: 1 / Double(k), count: k)
        var current = logLikelihood(weights, columns, shares, races)
        for _ in 0..<100 {
            guard let inverse = invert(current.information) else {
                throw ModelingError("cannot fit the market blend: model and market are collinear or constant")
            }
            let step = (0..<k).map { j in (0..<k).reduce(0) { $0 + inverse[j][$1] * current.gradient[$1] } }
            var scale = 1.0
            var next = logLikelihood(zip(weights, step).map { $0 + scale * $1 }, columns, shares, races)
            while next.value < current.value, scale > 1e-6 {
                scale /= 2
                next = logLikelihood(zip(weights, step).map { $0 + scale * $1 }, columns, shares, races)
            }
            weights = zip(weights, step).map { $0 + scale * $1 }
            current = next
            if step.allSatisfy({ abs($0) < 1e-10 }) { break }
        }
        guard let inverse = invert(current.information) else {
            throw ModelingError("cannot compute the standard errors of the market blend: the information is singular")
        }
        return (weights, (0..<k).map { inverse[$0][$0].squareRoot() })
    }

    private static func logLikelihood(
        _ weights: [Double],
        _ columns: [[Double]],
        _ shares: [Double],
        _ races: [TrainingRace]
    ) -> LogLikelihood {
        let k = columns.count
        var value = 0.0
        var gradient = [Double](repeating: 0, count: k)
        var information = [[Double]](repeating: gradient, count: k)
        for race in races {
            let scores = race.rows.map { row in (0..<k).reduce(0) { $0 + weights[$1] * columns[$1][row] } }
            let p = RaceSoftmax.probabilities(scores)
            var mean = [Double](repeating: 0, count: k)
            for (i, row) in race.rows.enumerated() { for j in 0..<k { mean[j] += p[i] * columns[j][row] } }
            for (i, row) in race.rows.enumerated() {
                if shares[row] > 0 { value += shares[row] * log(max(p[i], 1e-300)) }
                for j in 0..<k {
                    gradient[j] += (shares[row] - p[i]) * columns[j][row]
                    for l in 0..<k {
                        information[j][l] += p[i] * (columns[j][row] - mean[j]) * (columns[l][row] - mean[l])
                    }
                }
            }
        }
        return LogLikelihood(value: value, gradient: gradient, information: information)
    }

    /// The inverse of a symmetric positive 1x1 or 2x2 matrix; `nil` if it is singular.
    private static func invert(_ matrix: [[Double]]) -> [[Double]]? {
        if matrix.count == 1 { return matrix[0][0] > 1e-12 ? [[1 / matrix[0][0]]] : nil }
        let determinant = matrix[0][0] * matrix[1][1] - matrix[0][1] * matrix[1][0]
        guard determinant > 1e-12 else { return nil }
        return [
            [matrix[1][1] / determinant, -matrix[0][1] / determinant],
            [-matrix[1][0] / determinant, matrix[0][0] / determinant],
        ]
    }
}

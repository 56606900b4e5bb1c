import Foundation

/// The conditional logit of the winner with one or two scores: p_i is proportional to exp(sum of weight x score).
enum WinnerLikelihood {
    private struct Value {
        let value: Double
        let gradient: [Double]
        let information: [[Double]]
    }

    /// Maximises the log likelihood, which is concave, by Newton's method.
    ///
    /// - Returns: the weights with their standard errors, from the inverse information matrix, and the log likelihood.
    static func maximise(
        _ columns: [[Double]],
        _ shares: [Double],
        _ races: [TrainingRace]
    ) throws(ModelingError) -> (weights: [Double], errors: [Double], value: Double) {
        let k = columns.count
        var weights = [Double](repeating: 1 / Double(k), count: k)
        var current = logLikelihood(weights, columns, shares, races)
        for _ in 0..<100 {
            guard let inverse = invert(current.information) else {
                throw ModelingError("cannot fit weights: the scores are collinear or constant within races")
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
            throw ModelingError("cannot compute the standard errors of the weights: the information is singular")
        }
        return (weights, (0..<k).map { inverse[$0][$0].squareRoot() }, current.value)
    }

    private static func logLikelihood(
        _ weights: [Double],
        _ columns: [[Double]],
        _ shares: [Double],
        _ races: [TrainingRace]
    ) -> Value {
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
        return Value(value: value, gradient: gradient, information: information)
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

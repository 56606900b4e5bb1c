/// Minimises a smooth convex function by limited-memory BFGS (Nocedal 1980; Nocedal and Wright 2006, algorithm 7.5).
enum LBFGS {
    /// The number of steps that the curvature is remembered from.
    private static let memory = 10
    /// The share of the predicted decrease that a step must achieve (Armijo).
    private static let sufficient = 1e-4
    /// Stops when a step lowers the value by less than this share of it, or no slope exceeds `flat`.
    private static let tolerance = 1e-10
    private static let flat = 1e-6

    private struct Correction {
        let step: [Double]
        let change: [Double]
        let product: Double
    }

    /// - Parameters:
    ///   - start: the initial point.
    ///   - function: returns the value at a point and writes the gradient there.
    /// - Throws: any error of `function`.
    static func minimise(
        _ start: [Double],
        iterations: Int,
        _ function: (_ point: [Double], _ gradient: inout [Double]) throws -> Double
    ) throws -> [Double] {
        var point = start
        var gradient = [Double](repeating: 0, count: start.count)
        var value = try function(point, &gradient)
        var corrections: [Correction] = []
        for iteration in 0..<iterations {
            if gradient.allSatisfy({ abs($0) <= flat }) { break }
            var direction = descent(gradient, corrections)
            var slope = dot(direction, gradient)
            if slope >= 0 {
                // The remembered curvature misleads: start again from the gradient.
                corrections = []
                direction = gradient.map { -$0 }
                slope = -dot(gradient, gradient)
            }
            // The gradient alone says nothing about the length of the first step.
            var length = corrections.isEmpty ? min(1, 1 / dot(gradient, gradient).squareRoot()) : 1
            var next = point
            var nextGradient = gradient
            var nextValue = value
            var isLower = false
            for _ in 0..<40 {
                for index in point.indices { next[index] = point[index] + length * direction[index] }
                nextValue = try function(next, &nextGradient)
                isLower = nextValue <= value + sufficient * length * slope
                if isLower { break }
                length /= 2
            }
            guard isLower else { break }
            let step = zip(next, point).map { $0 - $1 }
            let change = zip(nextGradient, gradient).map { $0 - $1 }
            let product = dot(step, change)
            if product > 0 { corrections.append(Correction(step: step, change: change, product: product)) }
            if corrections.count > memory { corrections.removeFirst() }
            let decrease = value - nextValue
            (point, gradient, value) = (next, nextGradient, nextValue)
            if iteration > 0, decrease <= tolerance * max(abs(value), 1) { break }
        }
        return point
    }

    /// Minus the approximate inverse Hessian times the gradient: the two loops of Nocedal.
    private static func descent(_ gradient: [Double], _ corrections: [Correction]) -> [Double] {
        var direction = gradient
        var factors = [Double](repeating: 0, count: corrections.count)
        for index in corrections.indices.reversed() {
            let correction = corrections[index]
            factors[index] = dot(correction.step, direction) / correction.product
            for item in direction.indices { direction[item] -= factors[index] * correction.change[item] }
        }
        if let last = corrections.last {
            let scale = last.product / dot(last.change, last.change)
            for item in direction.indices { direction[item] *= scale }
        }
        for index in corrections.indices {
            let correction = corrections[index]
            let factor = factors[index] - dot(correction.change, direction) / correction.product
            for item in direction.indices { direction[item] += factor * correction.step[item] }
        }
        return direction.map { -$0 }
    }

    private static func dot(_ x: [Double], _ y: [Double]) -> Double {
        var sum = 0.0
        for index in x.indices { sum += x[index] * y[index] }
        return sum
    }
}

import Foundation

/// Gauss-Legendre quadrature on [0, 1]: exact for polynomials of a degree below twice the number of points.
package struct GaussLegendre {
    package let points: [Double]
    package let weights: [Double]

    /// Finds the roots of the Legendre polynomial of degree `count` by Newton's method (Abramowitz and Stegun 25.4.30).
    package init(_ count: Int) {
        var points: [Double] = []
        var weights: [Double] = []
        for number in 1...count {
            var x = cos(.pi * (Double(number) - 0.25) / (Double(count) + 0.5))
            var slope = 1.0
            for _ in 0..<10 {
                let (value, derivative) = Self.legendre(count, x)
                slope = derivative
                x -= value / derivative
            }
            points.append((1 - x) / 2)
            weights.append(1 / ((1 - x * x) * slope * slope))
        }
        self.points = points
        self.weights = weights
    }

    /// The Legendre polynomial and its derivative.
    private static func legendre(_ degree: Int, _ x: Double) -> (value: Double, derivative: Double) {
        var previous = 1.0
        var value = x
        for n in stride(from: 2, through: degree, by: 1) {
            let next = (Double(2 * n - 1) * x * value - Double(n - 1) * previous) / Double(n)
            previous = value
            value = next
        }
        return (value, Double(degree) * (x * value - previous) / (x * x - 1))
    }
}

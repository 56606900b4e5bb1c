import LightGBM
import Testing

@Suite struct GaussLegendreTests {
    /// Abramowitz and Stegun, table 25.4, moved from [-1, 1] to [0, 1].
    @Test func `has the published points and weights`() {
        let published = [(0.861136311594053, 0.347854845137454), (0.339981043584856, 0.652145154862546)]
        let rule = GaussLegendre(4)
        for (index, (x, weight)) in published.enumerated() {
            #expect(abs(rule.points[index] - (1 - x) / 2) < 1e-15)
            #expect(abs(rule.points[3 - index] - (1 + x) / 2) < 1e-15)
            #expect(abs(rule.weights[index] - weight / 2) < 1e-15)
            #expect(abs(rule.weights[3 - index] - weight / 2) < 1e-15)
        }
    }

    @Test(arguments: [1, 2, 4, 8, 16, 32]) func `integrates polynomials exactly`(count: Int) {
        let rule = GaussLegendre(count)
        for degree in 0..<2 * count {
            let integral = zip(rule.points, rule.weights).reduce(0) { sum, point in
                sum + point.1 * (0..<degree).reduce(1) { power, _ in power * point.0 }
            }
            #expect(abs(integral - 1 / Double(degree + 1)) < 1e-14, "degree \(degree)")
        }
    }
}

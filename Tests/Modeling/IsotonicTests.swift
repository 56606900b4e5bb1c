import Modeling
import Randomness
import Seeded
import Testing

@Suite struct IsotonicTests {
    /// The min-max formula (Barlow et al. 1972) over the distinct points: g_i is the maximum over a <= i of the minimum
    /// over b >= i of the mean of a...b.
    private func minMax(_ sums: [Double], _ weights: [Double]) -> [Double] {
        sums.indices.map { i in
            (0...i).map { a in
                (i..<sums.count).map { b in sums[a...b].reduce(0, +) / weights[a...b].reduce(0, +) }.min() ?? .nan
            }.max() ?? .nan
        }
    }

    @Test func `matches the min-max formula`() throws {
        for seed in UInt64(1)...20 {
            var random = SplitMix64(seed: seed)
            let points = (0..<30).map { _ in random.uniform() }.sorted()
            var x: [Double] = []
            var y: [Double] = []
            var sums: [Double] = []
            var weights: [Double] = []
            for point in points {
                // A winner and a loser at each point keep the blocks away from 0 and 1.
                let drawn =
                    [1.0, 0] + (0..<4 + random.below(20)).map { _ in random.uniform() < 0.2 + 0.6 * point ? 1.0 : 0 }
                x += drawn.map { _ in point }
                y += drawn
                sums.append(drawn.reduce(0, +))
                weights.append(Double(drawn.count))
            }
            let order = random.shuffled(x.count)
            let curve = try Isotonic(order.map { x[$0] }, order.map { y[$0] })
            for (point, value) in zip(points, minMax(sums, weights)) {
                #expect(abs(curve(point) - value) < 1e-12, "seed \(seed)")
            }
        }
    }

    @Test func `increases, and is flat beyond the ends`() throws {
        var random = SplitMix64(seed: 7)
        let x = (0..<500).map { _ in random.uniform() }
        let y = x.map { random.uniform() < $0 ? 1.0 : 0 }
        let curve = try Isotonic(x, y)
        let read = (-50...150).map { curve(Double($0) / 100) }
        #expect(zip(read, read.dropFirst()).allSatisfy { $0 <= $1 + 1e-12 })
        let low = curve(x.min() ?? 0)
        let high = curve(x.max() ?? 0)
        for far in [-1e9, -1, -0.001] { #expect(curve(far) == low) }
        for far in [1.001, 2, 1e9] { #expect(curve(far) == high) }
        #expect(low > 0 && high < 1, "no block predicts 0 or 1")
    }

    @Test func `floors a block at 0 or 1 by its size`() throws {
        let x =
            [Double](repeating: 0.1, count: 10) + [Double](repeating: 0.5, count: 10)
            + [Double](repeating: 0.9, count: 20)
        let y = [Double](repeating: 0, count: 10) + [1, 1, 1, 1, 1, 0, 0, 0, 0, 0] + [Double](repeating: 1, count: 20)
        let curve = try Isotonic(x, y)
        #expect(abs(curve(0.1) - 0.5 / 10) < 1e-15)
        #expect(abs(curve(0.5) - 0.5) < 1e-15)
        #expect(abs(curve(0.9) - (1 - 0.5 / 20)) < 1e-15)
    }

    /// The floor of a block with one loser must not raise the curve above it.
    @Test func `a small end block does not move its neighbour`() throws {
        let x = [0.01] + [Double](repeating: 0.02, count: 100) + [0.03]
        let y = [0] + (0..<100).map { $0 < 10 ? 1.0 : 0 } + [1]
        let curve = try Isotonic(x, y)
        #expect(abs(curve(0.02) - 0.1) < 1e-15)
        #expect(curve(0.01) > 0 && curve(0.01) <= 0.1)
        #expect(curve(0.03) < 1 && curve(0.03) >= 0.1)
    }

    @Test func `interpolates linearly between knots`() throws {
        let curve = try Isotonic([0, 0, 1, 1, 1, 1], [0, 1, 0, 1, 1, 1])
        #expect(abs(curve(0) - 0.5) < 1e-15)
        #expect(abs(curve(1) - 0.75) < 1e-15)
        #expect(abs(curve(0.5) - 0.625) < 1e-15)
    }

    @Test func `rejects invalid predictions and outcomes`() {
        #expect(throws: ModelingError.self) { try Isotonic([], []) }
        #expect(throws: ModelingError.self) { try Isotonic([0.1, 0.2], [1]) }
        #expect(throws: ModelingError.self) { try Isotonic([0.1, .nan], [1, 0]) }
        #expect(throws: ModelingError.self) { try Isotonic([0.1, .infinity], [1, 0]) }
        #expect(throws: ModelingError.self) { try Isotonic([0.1, 0.2], [1, 1.5]) }
        #expect(throws: ModelingError.self) { try Isotonic([0.1, 0.2], [1, .nan]) }
    }
}

import Foundation
import Modeling
import Randomness
import Seeded
import Testing

@Suite struct RaceMetricsTests {
    @Test func `computes the log loss of a race and of a dead heat`() {
        let losses = RaceMetrics.losses([0.5, 0.3, 0.2, 0.6, 0.3, 0.1], [0, 1, 0, 0.5, 0.5, 0], races([3, 3]))
        #expect(losses.count == 2)
        #expect(abs(losses[0] + log(0.3)) < 1e-15)
        #expect(abs(losses[1] + (log(0.6) + log(0.3)) / 2) < 1e-15)
    }

    @Test func `the log loss of uniform probabilities is the logarithm of the field size`() {
        let losses = RaceMetrics.losses([0.25, 0.25, 0.25, 0.25], [0, 0, 1, 0], races([4]))
        #expect(abs(losses[0] - log(4)) < 1e-15)
    }

    @Test func `a winner with probability 0 has a large finite loss`() {
        let losses = RaceMetrics.losses([1, 0], [0, 1], races([2]))
        #expect(losses[0].isFinite && losses[0] > 20)
    }

    @Test func `computes the mean and its standard error`() {
        #expect(RaceMetrics.mean([1, 2, 6]) == 3)
        // The mean is 3, so the variance is (4 + 1 + 9) / 2 = 7, over 3 values.
        #expect(abs(RaceMetrics.standardError([1, 2, 6]) - (7 / 3.0).squareRoot()) < 1e-15)
        #expect(RaceMetrics.mean([]).isNaN)
        #expect(RaceMetrics.standardError([1]).isNaN)
    }

    @Test func `computes McFadden's pseudo-R2`() {
        #expect(RaceMetrics.pseudoR2(2.4, uniform: 2.4) == 0)
        #expect(RaceMetrics.pseudoR2(0, uniform: 2.4) == 1)
        #expect(abs(RaceMetrics.pseudoR2(1.8, uniform: 2.4) - 0.25) < 1e-15)
        #expect(RaceMetrics.pseudoR2(3, uniform: 2.4) < 0)
    }

    /// Wilson's interval from published tables: 0 to 0.2775 for 0 of 10, and 0.2366 to 0.7634 for 5 of 10.
    @Test func `computes calibration bins with their intervals`() throws {
        var p: [Double] = []
        var won: [Double] = []
        for bin in 0..<10 {
            for row in 0..<10 {
                p.append(Double(bin) / 10 + Double(row) / 1000)
                won.append(row < bin ? 1 : 0)
            }
        }
        var random = SplitMix64(seed: 2)
        let order = random.shuffled(100)
        let bins = RaceMetrics.calibration(order.map { p[$0] }, order.map { won[$0] })
        try #require(bins.count == 10)
        for (index, bin) in bins.enumerated() {
            #expect(bin.count == 10)
            #expect(abs(bin.predicted - (Double(index) / 10 + 0.0045)) < 1e-12)
            #expect(abs(bin.observed - Double(index) / 10) < 1e-12)
            #expect(
                bin.low <= bin.observed + 1e-12 && bin.observed <= bin.high + 1e-12 && bin.low >= 0 && bin.high <= 1
            )
        }
        #expect(bins[0].low < 1e-9 && abs(bins[0].high - 0.2775) < 1e-4)
        #expect(abs(bins[5].low - 0.2366) < 1e-4 && abs(bins[5].high - 0.7634) < 1e-4)
        #expect(abs(RaceMetrics.calibrationError(bins) - 0.0045) < 1e-12)
    }

    @Test func `keeps every row in uneven bins`() {
        for count in [1, 7, 10, 103] {
            var random = SplitMix64(seed: UInt64(count))
            let p = (0..<count).map { _ in random.uniform() }
            let bins = RaceMetrics.calibration(p, p.map { _ in 0 })
            #expect(bins.reduce(0) { $0 + $1.count } == count)
            #expect(zip(bins, bins.dropFirst()).allSatisfy { $0.predicted <= $1.predicted })
        }
    }
}

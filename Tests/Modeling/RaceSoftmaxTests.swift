import Foundation
import Modeling
import Randomness
import Seeded
import Testing

@Suite struct RaceSoftmaxTests {
    @Test func `probabilities sum to 1 and depend only on score differences`() {
        let p = RaceSoftmax.probabilities([0.3, -1, 2])
        #expect(abs(p.reduce(0, +) - 1) < 1e-15)
        #expect(abs(p[2] / p[0] - exp(1.7)) < 1e-12)
        let far = RaceSoftmax.probabilities([1000.3, 999, 1002])
        for (a, b) in zip(p, far) { #expect(abs(a - b) < 1e-12, "no overflow") }
        #expect(RaceSoftmax.probabilities([Double]()).isEmpty)
    }

    @Test func `computes each race separately`() {
        var random = SplitMix64(seed: 3)
        let field = races([2, 5, 14])
        let scores = (0..<21).map { _ in 2 * random.normal() }
        let p = RaceSoftmax.probabilities(scores, field)
        for race in field {
            let alone = RaceSoftmax.probabilities(Array(scores[race.rows]))
            for (a, b) in zip(p[race.rows], alone) { #expect(abs(a - b) < 1e-15) }
        }
    }

    @Test func `normalised divides by the race's sum`() {
        let p = normalised([1, 3, 2, 2, 4], races([2, 3]))
        #expect(p == [0.25, 0.75, 0.25, 0.25, 0.5])
    }
}

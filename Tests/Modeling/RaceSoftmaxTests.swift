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

    @Test func `gradient and hessian are the derivatives of the log loss`() {
        for seed in UInt64(1)...10 {
            var random = SplitMix64(seed: seed)
            let field = races((0..<4).map { _ in 2 + random.below(10) })
            let rows = field.last?.rows.upperBound ?? 0
            let scores = (0..<rows).map { _ in random.normal() }
            var shares = [Double](repeating: 0, count: rows)
            for (index, race) in field.enumerated() {
                // The last race is a dead heat.
                for winner in race.rows.prefix(index == 3 ? 2 : 1) { shares[winner] = index == 3 ? 0.5 : 1 }
            }
            func loss(_ s: [Double]) -> Double {
                field.reduce(0) { total, race in
                    let sum = race.rows.reduce(0) { $0 + exp(s[$1]) }
                    return total - race.rows.reduce(0) { $0 + shares[$1] * (s[$1] - log(sum)) }
                }
            }
            var gradient = [Float](repeating: 0, count: rows)
            var hessian = [Float](repeating: 0, count: rows)
            RaceSoftmax.writeDerivatives(
                of: scores,
                races: field,
                shares: shares,
                gradient: &gradient,
                hessian: &hessian
            )
            for row in 0..<rows {
                func moved(_ by: Double) -> Double {
                    var s = scores
                    s[row] += by
                    return loss(s)
                }
                #expect(
                    abs((moved(1e-5) - moved(-1e-5)) / 2e-5 - Double(gradient[row])) < 1e-6,
                    "seed \(seed), row \(row)"
                )
                #expect(
                    abs((moved(1e-3) - 2 * moved(0) + moved(-1e-3)) / 1e-6 - Double(hessian[row])) < 1e-5,
                    "seed \(seed), row \(row)"
                )
            }
            for race in field {
                #expect(abs(race.rows.reduce(0) { $0 + gradient[$1] }) < 1e-5, "the gradients of a race sum to 0")
            }
        }
    }

    @Test func `normalised divides by the race's sum`() {
        let p = normalised([1, 3, 2, 2, 4], races([2, 3]))
        #expect(p == [0.25, 0.75, 0.25, 0.25, 0.5])
    }
}

import Foundation
import Modeling
import Randomness
import Seeded
import Testing

@Suite struct ExplodedLogitTests {
    /// Races with dead heats and runners without a position.
    private func positions(_ field: [TrainingRace], _ random: inout SplitMix64) -> [Int16] {
        field.flatMap { race in
            var place: Int16 = 1
            return race.rows.map { row -> Int16 in
                if row > race.rows.lowerBound, random.below(6) == 0 { return 0 }
                // Two runners that are level take two places.
                if random.below(5) > 0 || row == race.rows.lowerBound { place = Int16(row - race.rows.lowerBound + 1) }
                return place
            }
        }
    }

    /// The definition, stage by stage, without any sharing of work.
    private func loss(_ scores: [Double], _ field: [TrainingRace], _ positions: [Int16], _ weights: [Double]) -> Double
    {
        var loss = 0.0
        for race in field {
            for (index, weight) in weights.enumerated() {
                let place = Int16(index + 1)
                let left = race.rows.filter { positions[$0] == 0 || positions[$0] >= place }
                let here = left.filter { positions[$0] == place }
                guard !here.isEmpty, left.count > 1 else { continue }
                let sum = left.reduce(0) { $0 + exp(scores[$1]) }
                for row in here { loss -= weight / Double(here.count) * (scores[row] - log(sum)) }
            }
        }
        return loss
    }

    @Test(arguments: [[1], [1, 0.5], [1, 0.5, 0.25]])
    func `gradient and hessian are the derivatives of the loss`(weights: [Double]) {
        for seed in UInt64(1)...10 {
            var random = SplitMix64(seed: seed)
            let field = races((0..<4).map { _ in 2 + random.below(10) })
            let positions = positions(field, &random)
            let scores = positions.map { _ in random.normal() }
            let logit = ExplodedLogit(field, positions: positions, weights: weights)
            var gradient = [Double](repeating: 9, count: scores.count)
            var hessian = gradient
            let value = logit.derivatives(of: scores, gradient: &gradient, hessian: &hessian)
            #expect(abs(value - loss(scores, field, positions, weights)) < 1e-9, "seed \(seed)")
            for row in scores.indices {
                func moved(_ by: Double) -> Double {
                    var s = scores
                    s[row] += by
                    return loss(s, field, positions, weights)
                }
                #expect(abs((moved(1e-5) - moved(-1e-5)) / 2e-5 - gradient[row]) < 1e-6, "seed \(seed), row \(row)")
                let curvature = (moved(1e-3) - 2 * moved(0) + moved(-1e-3)) / 1e-6
                #expect(abs(max(curvature, 1e-6) - hessian[row]) < 1e-5, "seed \(seed), row \(row)")
            }
        }
    }

    @Test func `a dead heat for the win leaves no second stage`() {
        let field = races([3])
        let scores = [0.4, -0.2, 0.1]
        var gradient = [Double](repeating: 0, count: 3)
        var none: [Double] = []
        let both = ExplodedLogit(field, positions: [1, 1, 3], weights: [1, 0.5])
            .derivatives(of: scores, gradient: &gradient, hessian: &none)
        let first = ExplodedLogit(field, positions: [1, 1, 3], weights: [1])
            .derivatives(of: scores, gradient: &gradient, hessian: &none)
        #expect(both == first)
    }
}

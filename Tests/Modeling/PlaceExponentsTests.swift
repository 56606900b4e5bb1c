import Foundation
import Modeling
import Randomness
import Seeded
import Testing

@Suite struct PlaceExponentsTests {
    /// Finishing orders drawn by discounted Harville. The last runner of a field may have no position.
    private func world(_ seed: UInt64, races count: Int, _ exponents: [Double]) -> (
        p: [Double], positions: [Int16], field: [TrainingRace]
    ) {
        var random = SplitMix64(seed: seed)
        let sizes = (0..<count).map { _ in 6 + random.below(7) }
        var p: [Double] = []
        var positions: [Int16] = []
        for size in sizes {
            let win = random.probabilities(size)
            var remaining = Array(0..<size)
            var order = [Int16](repeating: 0, count: size)
            for rank in 1...(size - random.below(2)) {
                let l = rank == 1 ? 1 : exponents[min(rank, 4) - 2]
                let next = remaining.remove(at: random.index(remaining.map { pow(win[$0], l) }))
                order[next] = Int16(rank)
            }
            p += win
            positions += order
        }
        return (p, positions, races(sizes))
    }

    @Test(arguments: [[0.81, 0.65, 0.5], [1, 1, 1], [1.2, 0.9, 0.7]]) func `recovers planted exponents`(
        exponents: [Double]
    ) {
        let world = world(17, races: 5000, exponents)
        let found = PlaceExponents.fit(world.p, positions: world.positions, races: world.field)
        #expect(found.count == 3)
        // With 5000 races the standard error of an exponent is about 0.015 to 0.02.
        for (a, b) in zip(found, exponents) { #expect(abs(a - b) < 0.08, "seed 17: \(found), planted \(exponents)") }
    }

    @Test func `falls back to plain Harville with too few races`() {
        let world = world(3, races: 20, [0.8, 0.6, 0.5])
        #expect(PlaceExponents.fit(world.p, positions: world.positions, races: world.field) == [1, 1, 1])
    }
}

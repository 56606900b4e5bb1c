import Foundation
import Modelling
import Seeded
import Testing

@Suite struct PlaceExponentsTests {
    /// Orders of finish drawn by discounted Harville; the last of a field may have no position.
    private func world(_ seed: UInt64, races count: Int, _ exponents: [Double]) -> (p: [Double], positions: [Int16], field: [TrainingRace]) {
        var random = SplitMix64(seed)
        let sizes = (0..<count).map { _ in 6 + random.below(7) }
        var (p, positions): ([Double], [Int16]) = ([], [])
        for size in sizes {
            let win = random.probabilities(size)
            var (left, order) = (Array(0..<size), [Int16](repeating: 0, count: size))
            for rank in 1...(size - random.below(2)) {
                let l = rank == 1 ? 1 : exponents[min(rank, 4) - 2]
                let next = left.remove(at: random.index(left.map { pow(win[$0], l) }))
                order[next] = Int16(rank)
            }
            p += win
            positions += order
        }
        return (p, positions, races(sizes))
    }

    @Test(arguments: [[0.81, 0.65, 0.5], [1, 1, 1], [1.2, 0.9, 0.7]]) func plantedExponentsAreRecovered(exponents: [Double]) {
        let world = world(17, races: 5000, exponents)
        let found = PlaceExponents.fit(world.p, positions: world.positions, races: world.field)
        #expect(found.count == 3)
        // a rank's standard error is about 0.015 to 0.02 at 5000 races
        for (a, b) in zip(found, exponents) { #expect(abs(a - b) < 0.08, "seed 17: \(found), planted \(exponents)") }
    }

    @Test func tooFewRacesAreHarville() {
        let world = world(3, races: 20, [0.8, 0.6, 0.5])
        #expect(PlaceExponents.fit(world.p, positions: world.positions, races: world.field) == [1, 1, 1])
    }
}

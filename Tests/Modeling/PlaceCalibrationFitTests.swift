import Betting
import Foundation
import Modeling
import Randomness
import Seeded
import Testing

@Suite struct PlaceCalibrationFitTests {
    private let exponents = [0.8, 0.7, 0.6]

    /// Races whose placed runners are drawn from discounted Harville, by win probabilities that are `sharpness` times
    /// as sharp as those that the fit is told.
    private func world(_ seed: UInt64, races count: Int, runners: Int = 10, sharpness: Double) throws -> (
        win: [Double], positions: [Int16]
    ) {
        var random = SplitMix64(seed: seed)
        var win: [Double] = []
        var positions: [Int16] = []
        for _ in 0..<count {
            let scores = (0..<runners).map { _ in random.normal() }
            win += RaceSoftmax.probabilities(scores)
            let truth = RaceSoftmax.probabilities(scores.map { sharpness * $0 })
            var ranked = [Int16](repeating: 0, count: runners)
            for rank in 1...4 {
                let power = rank == 1 ? 1 : exponents[rank - 2]
                let left = truth.indices.map { ranked[$0] == 0 ? pow(truth[$0], power) : 0 }
                let sum = left.reduce(0, +)
                ranked[random.index(left.map { $0 / sum })] = Int16(rank)
            }
            positions += ranked
        }
        return (win, positions)
    }

    @Test func `changes little if the places are already calibrated`() throws {
        let (win, positions) = try world(3, races: 4000, sharpness: 1)
        let field = races([Int](repeating: 10, count: 4000))
        let fitted = try PlaceCalibration.fit(win, exponents: exponents, positions: positions, races: field)
        #expect(abs(fitted[1].slope - 1) < 0.08 && abs(fitted[1].curvature) < 0.04, "\(fitted)")
        #expect(fitted[0] == .identity && fitted[2] == .identity, "ten runners pay three places")
    }

    /// The oracle is the likelihood itself: no neighbour of the fit has a higher one.
    @Test(arguments: [0.6, 1.4]) func `maximises the likelihood of the placed runners`(sharpness: Double) throws {
        // Fields of the sizes that pay 2, 3 and 4 places.
        for (places, size) in [(2, 7), (3, 10), (4, 14)] {
            let (win, positions) = try world(5, races: 1000, runners: size, sharpness: sharpness)
            let field = races([Int](repeating: size, count: 1000))
            let fitted = try PlaceCalibration.fit(win, exponents: exponents, positions: positions, races: field)
            func likelihood(_ calibration: PlaceCalibration) throws -> Double {
                try field.reduce(0) { total, race in
                    let p = Array(win[race.rows])
                    let place = try PlaceProbability.place(win: p, places: places, exponents: exponents)
                    // Without the floor at the win probability, which the fit does not know.
                    let calibrated = calibration(place, win: p.map { _ in 0 }, places: places)
                    return total
                        + zip(race.rows, calibrated).reduce(0) { sum, runner in
                            let isPlaced = (1...Int16(places)).contains(positions[runner.0])
                            return sum + log(isPlaced ? runner.1 : 1 - runner.1)
                        }
                }
            }
            let best = fitted[places - 2]
            let top = try likelihood(best)
            #expect((best.slope < 1) == (sharpness < 1), "\(best)")
            for (slope, curvature) in [(0.02, 0.0), (-0.02, 0), (0, 0.01), (0, -0.01), (0.02, 0.01), (-0.02, -0.01)] {
                let neighbour = PlaceCalibration(slope: best.slope + slope, curvature: best.curvature + curvature)
                #expect(try likelihood(neighbour) < top, "\(places) places: \(best), \(neighbour)")
            }
        }
    }

    @Test func `too few races leave the probabilities as they are`() throws {
        let (win, positions) = try world(7, races: 200, sharpness: 0.5)
        let field = races([Int](repeating: 10, count: 200))
        let fitted = try PlaceCalibration.fit(win, exponents: exponents, positions: positions, races: field)
        #expect(fitted == [.identity, .identity, .identity])
    }
}

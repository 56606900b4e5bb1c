import Betting
import Foundation
import Randomness
import Seeded
import Testing

@Suite struct PlaceCalibrationTests {
    /// Win probabilities of a race, some of them extreme.
    private func win(_ random: inout SplitMix64) -> [Double] {
        let weights = (0..<8 + random.index([1, 1, 1, 1])).map { _ in exp(2.5 * random.normal()) }
        let sum = weights.reduce(0, +)
        return weights.map { $0 / sum }
    }

    @Test(arguments: 1...30) func `probabilities sum to the places, keep their order and exceed the win`(seed: Int)
        throws
    {
        var random = SplitMix64(seed: UInt64(seed))
        let win = win(&random)
        let calibration = PlaceCalibration(slope: 0.85, curvature: [-0.07, 0, 0.03][seed % 3])
        for places in 2...4 {
            let place = try PlaceProbability.place(win: win, places: places, exponents: [0.8, 0.7, 0.6])
            let calibrated = calibration(place, win: win, places: places)
            #expect(abs(calibrated.reduce(0, +) - Double(places)) < 1e-9, "seed \(seed)")
            let byBefore = place.indices.sorted { place[$0] < place[$1] }
            for (lower, higher) in zip(byBefore, byBefore.dropFirst()) {
                #expect(calibrated[lower] <= calibrated[higher] + 1e-12, "seed \(seed)")
            }
            for (p, w) in zip(calibrated, win) { #expect(p >= w && p <= 1, "seed \(seed)") }
        }
    }

    @Test func `a negative curvature takes places from favourites and outsiders`() throws {
        let win = [0.5, 0.15, 0.1, 0.08, 0.07, 0.05, 0.03, 0.0195, 0.0005]
        let place = try PlaceProbability.place(win: win, places: 3, exponents: [0.8, 0.7, 0.6])
        let calibrated = PlaceCalibration(slope: 0.85, curvature: -0.07)(place, win: win, places: 3)
        #expect(calibrated[0] < place[0] && calibrated[8] < place[8])
        #expect(calibrated[3] > place[3])
        #expect(PlaceCalibration.identity(place, win: win, places: 3) == place)
    }

    @Test func `every runner of a field no larger than the places is placed`() throws {
        let win = [0.7, 0.2, 0.1]
        let place = try PlaceProbability.place(win: win, places: 3)
        #expect(PlaceCalibration(slope: 0.8, curvature: -0.1)(place, win: win, places: 3) == [1, 1, 1])
    }
}

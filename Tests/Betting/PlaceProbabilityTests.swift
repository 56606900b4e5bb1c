import Betting
import Foundation
import Randomness
import Seeded
import Testing

@Suite struct PlaceProbabilityTests {
    /// Sums over every order of the first `places` runners.
    private func enumerated(_ win: [Double], _ places: Int, _ exponents: [Double]) -> [Double] {
        var result = win.map { _ in 0.0 }
        func extend(_ order: [Int], _ probability: Double) {
            if order.count == min(places, win.count) {
                for runner in order { result[runner] += probability }
                return
            }
            let l = order.isEmpty ? 1 : exponents[order.count - 1]
            let left = win.indices.filter { !order.contains($0) }
            let sum = left.reduce(0) { $0 + pow(win[$1], l) }
            for runner in left { extend(order + [runner], probability * pow(win[runner], l) / sum) }
        }
        extend([], 1)
        return result
    }

    @Test(arguments: 2...7) func `place probabilities equal the sum over all orders`(runners: Int) throws {
        for seed in UInt64(1)...5 {
            var random = SplitMix64(seed: seed &* 100 &+ UInt64(runners))
            let win = random.probabilities(runners)
            let drawn = (0..<3).map { _ in 0.3 + random.uniform() }
            for exponents in [[1, 1, 1], [0.81, 0.65, 0.5], drawn] {
                for places in 1...4 {
                    let exact = try PlaceProbability.place(win: win, places: places, exponents: exponents)
                    for (a, b) in zip(exact, enumerated(win, places, exponents)) {
                        #expect(abs(a - b) < 1e-12, "seed \(seed), \(runners) runners, \(places) places, \(exponents)")
                    }
                }
            }
        }
    }

    @Test func `matches Harville computed by hand`() throws {
        let place = try PlaceProbability.place(win: [0.5, 0.3, 0.2], places: 2)
        #expect(abs(place[0] - (0.5 + 0.3 * 0.5 / 0.7 + 0.2 * 0.5 / 0.8)) < 1e-15)
        let one = try PlaceProbability.place(win: [0.5, 0.3, 0.2], places: 1)
        #expect(one == [0.5, 0.3, 0.2])
    }

    @Test(arguments: [5, 8, 16, 40]) func `place probabilities sum to the number of places`(runners: Int) throws {
        var random = SplitMix64(seed: UInt64(runners))
        let win = random.probabilities(runners)
        for places in 1...4 {
            let place = try PlaceProbability.place(win: win, places: places, exponents: [0.81, 0.65, 0.5])
            #expect(abs(place.reduce(0, +) - Double(places)) < 1e-9)
            #expect(place.allSatisfy { (0...1 + 1e-12).contains($0) })
            let byProbability = win.indices.sorted { win[$0] > win[$1] }
            #expect(
                zip(byProbability, byProbability.dropFirst()).allSatisfy { place[$0] >= place[$1] },
                "a likelier winner is likelier to be placed"
            )
        }
    }

    @Test func `the probability is 1 if there are as many places as runners`() throws {
        for places in 3...4 {
            let place = try PlaceProbability.place(win: [0.7, 0.2, 0.1], places: places)
            #expect(place == [1, 1, 1])
        }
    }

    @Test func `stays accurate with an overwhelming favourite`() throws {
        for (outsider, tolerance) in [(1e-6, 1e-9), (1e-9, 1e-6)] {
            let win = [1 - 7 * outsider] + [Double](repeating: outsider, count: 7)
            let place = try PlaceProbability.place(win: win, places: 3, exponents: [1, 1, 1])
            #expect(abs(place.reduce(0, +) - 3) < tolerance, "outsiders of \(outsider)")
        }
    }

    @Test func `the discount favours outsiders`() throws {
        let win = [0.6, 0.2, 0.1, 0.06, 0.04]
        let plain = try PlaceProbability.place(win: win, places: 2)
        let discounted = try PlaceProbability.place(win: win, places: 2, exponents: [0.81, 0.65, 0.5])
        #expect(discounted[4] > plain[4])
        #expect(discounted[0] < plain[0] || discounted[1] < plain[1])
    }

    @Test func `a runner with no chance is not placed`() throws {
        let place = try PlaceProbability.place(win: [0.6, 0.4, 0], places: 2)
        for (a, b) in zip(place, [1, 1, 0] as [Double]) { #expect(abs(a - b) < 1e-12) }
    }

    @Test func `rejects invalid places, exponents and probabilities`() {
        let win = [0.4, 0.3, 0.2, 0.05, 0.03, 0.02]
        #expect(throws: BettingError.self) { try PlaceProbability.place(win: win, places: 0) }
        #expect(throws: BettingError.self) { try PlaceProbability.place(win: win, places: 5) }
        #expect(throws: BettingError.self) { try PlaceProbability.place(win: win, places: 3, exponents: [1]) }
        #expect(throws: BettingError.self) { try PlaceProbability.place(win: [1.2, -0.2, 0], places: 2) }
        #expect(throws: BettingError.self) { try PlaceProbability.place(win: [0.5, .nan, 0.5], places: 2) }
    }
}

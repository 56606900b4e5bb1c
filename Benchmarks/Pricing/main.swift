import Betting
import Foundation

// Prices and stakes a race of 12 runners and one of 40. Prints one line of JSON: the microseconds for each race, and
// the odds and results, for comparison with other libraries.

/// Makes a field with a favourite-longshot slope and an overround of 15 %. The numbers are the same each time.
///
/// - Returns: decimal odds, and the model's win probabilities.
func field(_ runners: Int) -> (odds: [Double], p: [Double]) {
    let weights = (0..<runners).map { (rank: Int) -> Double in
        let slope = -0.35 * Double(rank) * 12 / Double(runners)
        return exp(slope) * (1 + 0.1 * sin(Double(rank) * 1.7))
    }
    let sum = weights.reduce(0, +)
    let market = weights.map { $0 / sum }
    let tilted = market.enumerated().map { (rank: Int, p: Double) -> Double in
        p * (1 + 0.25 * sin(Double(rank) * 2.3))
    }
    let total = tilted.reduce(0, +)
    return (market.map { 1 / ($0 * 1.15) }.map { max($0, 1.01) }, tilted.map { $0 / total })
}

/// Returns the microseconds of one call: the median of 9 measurements of `calls` calls each.
func time(_ calls: Int, _ body: () throws -> Void) rethrows -> Double {
    try (0..<9).map { _ in
        let start = ContinuousClock.now
        for _ in 0..<calls { try body() }
        return (ContinuousClock.now - start) / .microseconds(1) / Double(calls)
    }.sorted()[4]
}

let exponents = [0.81, 0.65, 0.5]
var races: [[String: Any]] = []
var policy = StakingPolicy()
policy.bands = [StakingPolicy.Band(minimumEdge: 0.02)]
for runners in [12, 40] {
    let (odds, p) = field(runners)
    let calls = runners == 12 ? 400 : 8
    let candidates = zip(p, odds).map {
        StakeCandidate(probability: $0, odds: $1, priceAge: 10, volume: 5000, commission: 0.02)
    }
    let net = odds.map { 1 + ($0 - 1) * 0.98 }
    // Using every result keeps the optimizer from removing the calls.
    var sink = 0.0
    let whole = try time(calls) {
        let market = try Overround.power.probabilities(odds)
        let places = try PlaceProbability.place(win: p, places: 4, exponents: exponents)
        sink += market[0] + places[0] + policy.stakes(candidates)[0].units
    }
    races.append([
        "runners": runners, "odds": odds, "p": p, "net": net, "whole_us": whole,
        "power_us": try time(calls * 4) { sink += try Overround.power.probabilities(odds)[0] },
        "shin_us": try time(calls * 4) { sink += try Overround.shin.probabilities(odds)[0] },
        "place_us": try time(calls) { sink += try PlaceProbability.place(win: p, places: 4, exponents: exponents)[0] },
        "kelly_us": time(calls * 4) { sink += Kelly.race(probabilities: p, odds: net).fractions[0] },
        "power": try Overround.power.probabilities(odds), "shin": try Overround.shin.probabilities(odds),
        "place": try PlaceProbability.place(win: p, places: 4, exponents: exponents),
        "kelly": Kelly.race(probabilities: p, odds: net).fractions, "sink": sink,
    ])
}
print(String(decoding: try JSONSerialization.data(withJSONObject: races, options: [.sortedKeys]), as: UTF8.self))

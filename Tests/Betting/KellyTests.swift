import Betting
import Foundation
import Randomness
import Seeded
import Testing

@Suite struct KellyTests {
    @Test func `single stakes maximise the expected logarithm`() {
        for (p, odds, c) in [(0.6, 2.0, 0.0), (0.3, 4.5, 0.0), (0.3, 4.5, 0.05), (0.9, 1.2, 0.02), (0.02, 80, 0)] {
            let b = (odds - 1) * (1 - c)
            func growth(_ f: Double) -> Double { p * log(1 + f * b) + (1 - p) * log(1 - f) }
            var low = 0.0
            var high = 0.999_999
            for _ in 0..<300 {
                let x = low + (high - low) / 3
                let y = high - (high - low) / 3
                if growth(x) < growth(y) { low = x } else { high = y }
            }
            #expect(abs(Kelly.single(probability: p, odds: odds, commission: c) - low) < 1e-6, "p \(p), odds \(odds)")
        }
        #expect(abs(Kelly.single(probability: 0.6, odds: 2) - 0.2) < 1e-15)
    }

    @Test func `single stakes are never negative`() {
        #expect(Kelly.single(probability: 0.1, odds: 3) == 0)
        #expect(Kelly.single(probability: 0.5, odds: 2) == 0)
        #expect(Kelly.single(probability: 0.5, odds: 2, commission: 0.05) == 0)
        #expect(Kelly.single(probability: 0.99, odds: 1) == 0)
    }

    private struct Market {
        var p: [Double]
        var odds: [Double?]
        let commission: Double
        var net: [Double?] { odds.map { odds in odds.map { 1 + ($0 - 1) * (1 - commission) } } }

        /// Draws a market with an overround whose prices differ from the probabilities. Some runners have no price.
        init(_ seed: UInt64) {
            var random = SplitMix64(seed: seed)
            let count = 2 + random.below(12)
            p = random.probabilities(count)
            let opinion = p.map { $0 * exp(0.4 * random.normal()) }
            let scale = (1.03 + 0.15 * random.uniform()) / opinion.reduce(0, +)
            commission = seed % 3 == 0 ? 0.05 : 0
            odds = opinion.map { min(1000, max(1.02, 1 / ($0 * scale))) }
            if seed % 5 == 0 { odds[random.below(count)] = nil }
        }

        func wealth(_ f: [Double]) -> [Double] {
            let cash = 1 - f.reduce(0, +)
            return zip(f, net).map { cash + $0 * ($1 ?? 0) }
        }
        func growth(_ f: [Double]) -> Double { zip(p, wealth(f)).reduce(0) { $0 + $1.0 * log($1.1) } }
    }

    @Test func `race stakes meet the Karush-Kuhn-Tucker conditions`() {
        var staked = 0
        for seed in UInt64(1)...1000 {
            let market = Market(seed)
            let result = Kelly.race(probabilities: market.p, odds: market.odds, commission: market.commission)
            guard !result.isUnderround else { continue }
            let wealth = market.wealth(result.fractions)
            let cash = zip(market.p, wealth).reduce(0) { $0 + $1.0 / $1.1 }
            for (index, fraction) in result.fractions.enumerated() {
                #expect(fraction >= 0)
                guard let net = market.net[index] else {
                    #expect(fraction == 0, "seed \(seed): no price, no stake")
                    continue
                }
                let slope = market.p[index] * net / wealth[index] - cash
                #expect(fraction > 0 ? abs(slope) <= 1e-9 : slope <= 1e-9, "seed \(seed), runner \(index): \(slope)")
                staked += fraction > 0 ? 1 : 0
            }
            #expect(result.fractions.reduce(0, +) < 1, "seed \(seed)")
        }
        #expect(staked > 500, "the test needs markets with an edge")
    }

    /// Compares with Cover's algorithm for the log-optimal portfolio of cash and bets. Starting from equal shares, it
    /// is within ln(assets)/t of the optimum after t steps.
    @Test func `race stakes match an independent optimiser`() {
        let steps = 3000
        for seed in UInt64(1)...60 {
            let market = Market(seed)
            let result = Kelly.race(probabilities: market.p, odds: market.odds, commission: market.commission)
            guard !result.isUnderround else { continue }
            let assets = market.p.count + 1
            var share = [Double](repeating: 1 / Double(assets), count: assets)
            for _ in 0..<steps {
                let wealth = market.wealth(Array(share.dropLast()))
                let cash = zip(market.p, wealth).reduce(0) { $0 + $1.0 / $1.1 }
                for index in market.p.indices {
                    share[index] *= market.p[index] * (market.net[index] ?? 0) / wealth[index]
                }
                share[assets - 1] *= cash
                let sum = share.reduce(0, +)
                share = share.map { $0 / sum }
            }
            let gain = market.growth(result.fractions) - market.growth(Array(share.dropLast()))
            #expect(gain > -1e-9, "seed \(seed): the optimiser found better stakes")
            #expect(gain < log(Double(assets)) / Double(steps) + 1e-9, "seed \(seed): better than the optimum")
        }
    }

    @Test func `race stakes do not depend on the order of the runners`() {
        for seed in UInt64(1)...100 {
            let market = Market(seed)
            var random = SplitMix64(seed: seed &+ 5000)
            let order = random.shuffled(market.p.count)
            let original = Kelly.race(probabilities: market.p, odds: market.odds, commission: market.commission)
            let shuffled = Kelly.race(
                probabilities: order.map { market.p[$0] },
                odds: order.map { market.odds[$0] },
                commission: market.commission
            )
            for (index, runner) in order.enumerated() {
                #expect(abs(shuffled.fractions[index] - original.fractions[runner]) < 1e-12, "seed \(seed)")
            }
        }
    }

    @Test func `stakes nothing on a book of 100 % or less`() {
        for odds in [[2.0, 2.0], [4, 4, 4, 4], [3, 3, 3.5], [10, 10]] {
            let p = odds.map { _ in 1 / Double(odds.count) }
            let result = Kelly.race(probabilities: p, odds: odds)
            #expect(result.isUnderround, "\(odds)")
            #expect(result.fractions.allSatisfy { $0 == 0 })
        }
        #expect(
            !Kelly.race(probabilities: [0.5, 0.5], odds: [2.02, 2.02], commission: 0.05).isUnderround,
            "the book is over 100 % net of commission"
        )
    }

    @Test func `stakes nothing without an edge`() {
        let result = Kelly.race(probabilities: [0.5, 0.3, 0.2], odds: [1.9, 3.1, 4.6])
        #expect(!result.isUnderround)
        #expect(result.fractions == [0, 0, 0])
    }
}

import Betting
import Foundation
import Randomness
import Seeded
import Testing

@Suite struct OverroundTests {
    /// Draws the odds of a book with an overround that shortens longer prices more.
    private func bookOdds(_ random: inout SplitMix64, _ count: Int) -> [Double] {
        let stretch = 0.8 + 0.19 * random.uniform()
        return random.probabilities(count).map { max(1.01, pow(1 / $0, stretch)) }
    }

    @Test(arguments: Overround.allCases) func `sums to 1 and keeps the order`(method: Overround) throws {
        for seed in UInt64(1)...200 {
            var random = SplitMix64(seed: seed)
            let odds = bookOdds(&random, 2 + random.below(39))
            let p = try method.probabilities(odds)
            #expect(p.count == odds.count)
            #expect(abs(p.reduce(0, +) - 1) < 1e-12, "seed \(seed)")
            let byOdds = odds.indices.sorted { odds[$0] < odds[$1] }
            #expect(
                zip(byOdds, byOdds.dropFirst()).allSatisfy { p[$0] >= p[$1] && p[$1] > 0 },
                "seed \(seed): a longer price is likelier"
            )
        }
    }

    @Test func `the multiplicative method divides by the book`() throws {
        let p = try Overround.multiplicative.probabilities([1.8, 3.6, 3.6])
        for (a, b) in zip(p, [0.5, 0.25, 0.25]) { #expect(abs(a - b) < 1e-15) }
    }

    @Test func `power finds the same exponent as bisection`() throws {
        for seed in UInt64(1)...100 {
            var random = SplitMix64(seed: seed)
            let odds = bookOdds(&random, 2 + random.below(20))
            var low = 1e-6
            var high = 100.0
            for _ in 0..<300 {
                let middle = (low + high) / 2
                if odds.reduce(0, { $0 + pow(1 / $1, middle) }) > 1 { low = middle } else { high = middle }
            }
            let p = try Overround.power.probabilities(odds)
            for (probability, price) in zip(p, odds) {
                #expect(abs(probability - pow(1 / price, low)) < 1e-10, "seed \(seed)")
            }
        }
    }

    @Test(arguments: [0.9, 1.0, 1.1, 1.4]) func `power recovers a planted exponent`(k: Double) throws {
        let truth = [0.5, 0.25, 0.15, 0.07, 0.03]
        let p = try Overround.power.probabilities(truth.map { pow($0, -1 / k) })
        for (a, b) in zip(p, truth) { #expect(abs(a - b) < 1e-12) }
    }

    @Test func `shin matches the published example`() throws {
        let odds = [2.6, 2.4, 4.3]
        #expect(abs(try Overround.insiderShare(odds) - 0.016943) < 1e-6)
        #expect(abs(try Overround.shin.probabilities(odds)[0] - 0.372994) < 1e-6)
    }

    @Test func `shin needs a book of 100 % or more`() throws {
        #expect(throws: BettingError.self) { try Overround.shin.probabilities([2.2, 2.2]) }
        let fair = try Overround.shin.probabilities([2, 4, 4])
        for (a, b) in zip(fair, [0.5, 0.25, 0.25]) { #expect(abs(a - b) < 1e-12) }
        #expect(try Overround.insiderShare([2, 4, 4]) == 0)
    }

    /// For two runners, Shin's method splits the overround equally (Jullien and Salanié 1994).
    @Test func `shin is additive for two runners`() throws {
        let odds = [1.5, 2.7]
        let excess = (1 / odds[0] + 1 / odds[1] - 1) / 2
        let p = try Overround.shin.probabilities(odds)
        for (probability, price) in zip(p, odds) { #expect(abs(probability - (1 / price - excess)) < 1e-9) }
    }

    @Test func `the odds ratio is the same for all runners`() throws {
        for seed in UInt64(1)...100 {
            var random = SplitMix64(seed: seed)
            let odds = bookOdds(&random, 2 + random.below(38))
            let p = try Overround.oddsRatio.probabilities(odds)
            let ratios = zip(p, odds).map { ($0 / (1 - $0)) / ((1 / $1) / (1 - 1 / $1)) }
            for ratio in ratios { #expect(abs(ratio / ratios[0] - 1) < 1e-9, "seed \(seed)") }
            #expect(ratios[0] <= 1)
        }
    }

    @Test func `power shortens outsiders more`() throws {
        let odds = [1.6, 4, 9, 30]
        let p = try Overround.power.probabilities(odds)
        let fairShares = zip(p, odds).map { $0 * $1 }
        #expect(zip(fairShares, fairShares.dropFirst()).allSatisfy { $0 > $1 })
    }

    /// As after a withdrawal: the others' chances rise by the same factor.
    @Test func `a market under 100 % is normalised in proportion`() throws {
        let p = try Overround.marketProbabilities([4, 8])
        #expect(abs(p[0] - 2.0 / 3) < 1e-12 && abs(p[1] - 1.0 / 3) < 1e-12)
        let full = [1.6, 4, 9, 30]
        #expect(try Overround.marketProbabilities(full) == Overround.power.probabilities(full))
        #expect(throws: BettingError.self) { try Overround.marketProbabilities([2, -3]) }
        #expect(throws: BettingError.self) { try Overround.marketProbabilities([]) }
    }

    @Test(arguments: Overround.allCases) func `rejects invalid odds`(method: Overround) {
        for odds in [[], [2, 1], [2, 0.5], [2, 0], [2, -3], [2, .nan], [2, .infinity]] as [[Double]] {
            #expect(throws: BettingError.self, "\(odds)") { try method.probabilities(odds) }
        }
    }
}

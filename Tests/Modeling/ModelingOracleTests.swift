import Foundation
import Modeling
import Racing
import Seeded
import Testing

@Suite struct ModelingOracleTests {
    /// A linear congruential generator (Knuth's MMIX constants).
    private struct CongruentialGenerator {
        var state: UInt64
        mutating func uniform() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (Double(state >> 33) + 0.5) / Double(1 << 31)
        }
        mutating func normal() -> Double { (-2 * log(uniform())).squareRoot() * cos(2 * .pi * uniform()) }
    }

    /// The min-max formula of isotonic regression: y_i is the maximum over a <= i of the minimum over b >= i of the
    /// mean of a...b.
    @Test func `isotonic calibration matches the min-max formula`() throws {
        var random = CongruentialGenerator(state: 5)
        let x = (0..<60).map { Double($0) / 60 }
        let y = x.map { random.uniform() < 0.2 + 0.6 * $0 ? 1.0 : 0.0 }
        let curve = try Isotonic(x, y)
        for i in x.indices {
            let minima: [Double] = (0...i).map { a in
                let means: [Double] = (i..<60).map { b in y[a...b].reduce(0, +) / Double(b - a + 1) }
                return means.min() ?? .nan
            }
            let value = minima.max() ?? .nan
            if value > 0.02, value < 0.98 { #expect(abs(curve(x[i]) - value) < 1e-12) }
        }
        #expect(curve(-1) == curve(0) && curve(2) == curve(x[59]))
        #expect(curve(0) > 0 && curve(x[59]) < 1, "no block predicts 0 or 1")
        #expect(throws: ModelingError.self) { try Isotonic([.nan], [1]) }
        #expect(throws: ModelingError.self) { try Isotonic([], []) }
    }

    private func races(_ count: Int, _ size: Int) -> [TrainingRace] {
        (0..<count).map {
            TrainingRace(raceID: Int64($0), day: CalendarDay(Int32($0)), rows: $0 * size..<($0 + 1) * size)
        }
    }

    /// Draws races whose winners follow a planted blend.
    private func world(a: Double, b: Double, seed: UInt64) -> (
        f: [Double], m: [Double], shares: [Double], races: [TrainingRace]
    ) {
        var random = CongruentialGenerator(state: seed)
        let all = races(3000, 8)
        var f: [Double] = []
        var m: [Double] = []
        var shares: [Double] = []
        for _ in all {
            let x = RaceSoftmax.probabilities((0..<8).map { _ in random.normal() })
            let z = RaceSoftmax.probabilities((0..<8).map { _ in random.normal() })
            let p = RaceSoftmax.probabilities(zip(x, z).map { a * log($0) + b * log($1) })
            var remaining = random.uniform()
            var winner = 0
            while winner < 7, remaining > p[winner] {
                remaining -= p[winner]
                winner += 1
            }
            f += x
            m += z
            shares += (0..<8).map { $0 == winner ? 1 : 0 }
        }
        return (f, m, shares, all)
    }

    @Test func `the blend recovers planted weights`() throws {
        let w = world(a: 0.4, b: 0.8, seed: 11)
        let blend = try MarketBlend.fit(model: w.f, market: w.m, shares: w.shares, races: w.races)
        #expect(abs(blend.a - 0.4) < 2.5 * (try #require(blend.aError)))
        #expect(abs(blend.b - 0.8) < 2.5 * blend.bError)
    }

    @Test func `sets a negative model weight to 0 and reports the unconstrained one`() throws {
        let w = world(a: -0.5, b: 1, seed: 12)
        let blend = try MarketBlend.fit(model: w.f, market: w.m, shares: w.shares, races: w.races)
        #expect(blend.a == 0 && blend.aError == nil)
        #expect(abs(blend.unconstrainedA + 0.5) < 2.5 * blend.unconstrainedAError)
        #expect(blend.b != blend.unconstrainedB)
    }

    @Test func `balances folds and keeps races whole`() throws {
        let sizes = (0..<200).map { 5 + $0 % 10 }
        let folds = try GroupKFold.assign(sizes: sizes, folds: 5)
        let rows = (0..<5).map { fold in zip(sizes, folds).filter { $0.1 == fold }.reduce(0) { $0 + $1.0 } }
        let largest = try #require(rows.max())
        let smallest = try #require(rows.min())
        #expect(largest - smallest <= 14)
        #expect(throws: ModelingError.self) { try GroupKFold.assign(sizes: [1, 2], folds: 5) }
    }
}

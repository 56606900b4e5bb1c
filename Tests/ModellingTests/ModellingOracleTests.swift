import Foundation
import Modelling
import Racing
import Testing

@Suite struct ModellingOracleTests {
    private struct Seeded {
        var state: UInt64
        mutating func uniform() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (Double(state >> 33) + 0.5) / Double(1 << 31)
        }
        mutating func normal() -> Double { (-2 * log(uniform())).squareRoot() * cos(2 * .pi * uniform()) }
    }

    /// Isotonic regression by its min-max formula: y_i = max over a <= i of min over b >= i of the mean of a...b.
    @Test func isotonicIsTheMinMaxFormula() throws {
        var random = Seeded(state: 5)
        let x = (0..<60).map { Double($0) / 60 }
        let y = x.map { random.uniform() < 0.2 + 0.6 * $0 ? 1.0 : 0.0 }
        let curve = try Isotonic(x, y)
        for i in x.indices {
            let value = (0...i).map { a in (i..<60).map { b in y[a...b].reduce(0, +) / Double(b - a + 1) }.min()! }.max()!
            if value > 0.02, value < 0.98 { #expect(abs(curve(x[i]) - value) < 1e-12) }
        }
        #expect(curve(-1) == curve(0) && curve(2) == curve(x[59]))
        #expect(curve(0) > 0 && curve(x[59]) < 1, "no block says never or always")
        #expect(throws: ModellingError.self) { try Isotonic([.nan], [1]) }
        #expect(throws: ModellingError.self) { try Isotonic([], []) }
    }

    private func races(_ count: Int, _ size: Int) -> [TrainingRace] {
        (0..<count).map { TrainingRace(raceID: Int64($0), day: CalendarDay(Int32($0)), rows: $0 * size..<($0 + 1) * size) }
    }

    /// Outcomes drawn from a planted blend.
    private func world(a: Double, b: Double, seed: UInt64) -> (f: [Double], m: [Double], shares: [Double], races: [TrainingRace]) {
        var random = Seeded(state: seed)
        let all = races(3000, 8)
        var (f, m, shares): ([Double], [Double], [Double]) = ([], [], [])
        for _ in all {
            let x = RaceSoftmax.probabilities((0..<8).map { _ in random.normal() })
            let z = RaceSoftmax.probabilities((0..<8).map { _ in random.normal() })
            let p = RaceSoftmax.probabilities(zip(x, z).map { a * log($0) + b * log($1) })
            var (left, winner) = (random.uniform(), 0)
            while winner < 7, left > p[winner] { left -= p[winner]; winner += 1 }
            f += x
            m += z
            shares += (0..<8).map { $0 == winner ? 1 : 0 }
        }
        return (f, m, shares, all)
    }

    @Test func theBlendFindsThePlantedWeights() throws {
        let w = world(a: 0.4, b: 0.8, seed: 11)
        let blend = try MarketBlend.fit(model: w.f, market: w.m, shares: w.shares, races: w.races)
        #expect(abs(blend.a - 0.4) < 2.5 * (try #require(blend.aError)))
        #expect(abs(blend.b - 0.8) < 2.5 * blend.bError)
    }

    @Test func aNegativeWeightOfTheModelIsHeldAtZeroAndSaid() throws {
        let w = world(a: -0.5, b: 1, seed: 12)
        let blend = try MarketBlend.fit(model: w.f, market: w.m, shares: w.shares, races: w.races)
        #expect(blend.a == 0 && blend.aError == nil)
        #expect(abs(blend.unconstrainedA + 0.5) < 2.5 * blend.unconstrainedAError)
        #expect(blend.b != blend.unconstrainedB)
    }

    @Test func softmaxGradientsAreTheDerivative() {
        let all = races(2, 3)
        let (scores, shares) = ([0.3, -1, 0.7, 2, 0, 0.1], [1.0, 0, 0, 0.5, 0.5, 0])
        func loss(_ s: [Double]) -> Double { RaceMetrics.losses(RaceSoftmax.probabilities(s, all), shares, all).reduce(0, +) }
        var (g, h) = ([Float](repeating: 0, count: 6), [Float](repeating: 0, count: 6))
        RaceSoftmax.derive(scores, all, shares, &g, &h)
        for i in 0..<6 {
            var (up, down) = (scores, scores)
            up[i] += 1e-5
            down[i] -= 1e-5
            #expect(abs(Double(g[i]) - (loss(up) - loss(down)) / 2e-5) < 1e-5)
        }
    }

    @Test func foldsAreEvenAndKeepRacesWhole() throws {
        let sizes = (0..<200).map { 5 + $0 % 10 }
        let folds = try GroupKFold.assign(sizes: sizes, folds: 5)
        let rows = (0..<5).map { fold in zip(sizes, folds).filter { $0.1 == fold }.reduce(0) { $0 + $1.0 } }
        #expect(rows.max()! - rows.min()! <= 14)
        #expect(throws: ModellingError.self) { try GroupKFold.assign(sizes: [1, 2], folds: 5) }
    }
}

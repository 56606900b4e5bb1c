import Foundation
import Modeling
import Racing
import Randomness
import Seeded
import Testing

@Suite struct MarketBlendTests {
    /// Races whose true probabilities are proportional to f^a m^b, with winners drawn from them.
    private struct World {
        var f: [Double] = []
        var m: [Double] = []
        var shares: [Double] = []
        let field: [TrainingRace]

        init(_ seed: UInt64, races count: Int, a: Double, b: Double) {
            var random = SplitMix64(seed: seed)
            field = races([Int](repeating: 8, count: count))
            for _ in 0..<count {
                let ability = (0..<8).map { _ in 0.8 * random.normal() }
                let model = RaceSoftmax.probabilities(ability.map { 0.7 * $0 + 0.6 * random.normal() })
                let market = RaceSoftmax.probabilities(ability.map { $0 + 0.4 * random.normal() })
                let truth = RaceSoftmax.probabilities(zip(model, market).map { a * log($0) + b * log($1) })
                let winner = random.index(truth)
                f += model
                m += market
                shares += (0..<8).map { $0 == winner ? 1 : 0 }
            }
        }

        func logLikelihood(_ a: Double, _ b: Double) -> Double {
            field.reduce(0) { total, race in
                let scores = race.rows.map { a * log(f[$0]) + b * log(m[$0]) }
                let sum = scores.reduce(0) { $0 + exp($1) }
                return total + zip(race.rows, scores).reduce(0) { $0 + shares[$1.0] * ($1.1 - log(sum)) }
            }
        }

        func fit() throws -> MarketBlend {
            try MarketBlend.fit(model: f, market: m, shares: shares, races: field, at: MarketMoment(lead: 600))
        }
    }

    /// 95 % of the estimates are within two standard errors of the truth, so five or more of 24 outside are too many.
    @Test func `recovers the planted weights within two standard errors`() throws {
        var outside = 0
        for seed in UInt64(1)...12 {
            let blend = try World(seed, races: 1500, a: 0.4, b: 0.7).fit()
            let error = try #require(blend.aError)
            #expect(abs(blend.a - 0.4) < 4 * error && abs(blend.b - 0.7) < 4 * blend.bError, "seed \(seed): \(blend)")
            outside += (abs(blend.a - 0.4) > 2 * error ? 1 : 0) + (abs(blend.b - 0.7) > 2 * blend.bError ? 1 : 0)
            #expect(blend.unconstrainedA == blend.a && blend.unconstrainedB == blend.b)
            #expect(blend.races == 1500 && blend.lead == 600)
        }
        #expect(outside < 5)
    }

    @Test func `finds the maximum, with errors from the inverse information`() throws {
        let world = World(21, races: 600, a: 0.5, b: 0.6)
        let blend = try world.fit()
        let step = 1e-3
        func at(_ da: Double, _ db: Double) -> Double {
            world.logLikelihood(blend.a + da * step, blend.b + db * step)
        }
        let centre = at(0, 0)
        for (da, db) in [(1.0, 0.0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, -1), (1, -1), (-1, 1)] {
            #expect(at(da, db) < centre)
        }
        let aa = -(at(1, 0) - 2 * centre + at(-1, 0)) / (step * step)
        let bb = -(at(0, 1) - 2 * centre + at(0, -1)) / (step * step)
        let ab = -(at(1, 1) - at(1, -1) - at(-1, 1) + at(-1, -1)) / (4 * step * step)
        let determinant = aa * bb - ab * ab
        #expect(abs(try #require(blend.aError) / (bb / determinant).squareRoot() - 1) < 1e-3)
        #expect(abs(blend.bError / (aa / determinant).squareRoot() - 1) < 1e-3)
    }

    @Test func `sets a negative model weight to 0 and reports the unconstrained one`() throws {
        let world = World(5, races: 2500, a: -0.5, b: 1.3)
        let blend = try world.fit()
        #expect(blend.a == 0)
        #expect(blend.aError == nil)
        #expect(blend.unconstrainedA < 0)
        #expect(abs(blend.unconstrainedA + 0.5) < 4 * blend.unconstrainedAError)
        #expect(abs(blend.unconstrainedB - 1.3) < 4 * blend.unconstrainedBError)
        // b is the weight of the market alone; a derivative-free search finds the same.
        var low = 0.0
        var high = 3.0
        for _ in 0..<100 {
            let x = low + (high - low) / 3
            let y = high - (high - low) / 3
            if world.logLikelihood(0, x) < world.logLikelihood(0, y) { low = x } else { high = y }
        }
        #expect(abs(blend.b - low) < 1e-5)
        #expect(abs(blend.b - blend.unconstrainedB) > 0.01)
        #expect(blend.bError > 0)
    }

    @Test func `blends as in Benter 1994`() throws {
        let blend = try World(9, races: 400, a: 0.5, b: 0.5).fit()
        let f = [0.5, 0.3, 0.2]
        let m = [0.4, 0.4, 0.2]
        let c = blend(model: f, market: m)
        #expect(abs(c.reduce(0, +) - 1) < 1e-12)
        let raw = zip(f, m).map { pow($0, blend.a) * pow($1, blend.b) }
        for (a, b) in zip(c, raw) { #expect(abs(a - b / raw.reduce(0, +)) < 1e-12) }
    }

    @Test func `recalibrates the market by its weight without the model`() throws {
        let world = World(11, races: 800, a: 0.5, b: 0.6)
        let blend = try world.fit()
        let alone = try #require(blend.marketAlone)
        for step in [-0.01, 0.01] { #expect(world.logLikelihood(0, alone + step) < world.logLikelihood(0, alone)) }
        let p = try #require(blend.recalibrated(market: [0.5, 0.3, 0.2]))
        let raw = [0.5, 0.3, 0.2].map { pow($0, alone) }
        for (a, b) in zip(p, raw) { #expect(abs(a - b / raw.reduce(0, +)) < 1e-12) }
        var older = blend
        older.marketAlone = nil
        #expect(older.recalibrated(market: [0.5, 0.5]) == nil)
    }

    /// A blend of morning prices trusts the model more than later prices allow.
    @Test func `a blend of morning prices is used for morning prices only`() throws {
        let world = World(13, races: 100, a: 0.5, b: 0.6)
        func fit(_ moment: MarketMoment) throws -> MarketBlend {
            try MarketBlend.fit(model: world.f, market: world.m, shares: world.shares, races: world.field, at: moment)
        }
        let blends = [
            try fit(.off), try fit(MarketMoment(lead: 3600)), try fit(MarketMoment(lead: 14_000, prices: .morning)),
        ]
        #expect(blends.blend(lead: 14_000, prices: .latest) == blends[1])
        #expect(blends.blend(lead: 60, prices: .morning) == blends[2])
        #expect([blends[2]].blend(lead: 14_000, prices: .latest) == nil)
        #expect([blends[0]].blend(lead: 14_000, prices: .morning) == blends[0])
    }

    @Test func `rejects too few races`() {
        let world = World(1, races: 29, a: 0.5, b: 0.5)
        #expect(throws: ModelingError.self) { try world.fit() }
    }
}

import Foundation
import Learning
import LightGBM
import Modeling
import Racing
import Randomness
import Reference
import Seeded
import Testing

@Suite struct ConditionalLogitTests {
    /// Races whose order of finish depends on two of four columns; the third is often missing, the fourth is constant.
    private func set(seed: UInt64, races count: Int) -> TrainingSet {
        var random = SplitMix64(seed: seed)
        let field = races((0..<count).map { _ in 4 + random.below(10) })
        var values: [Float] = []
        var positions: [Int16] = []
        for race in field {
            let rows = race.rows.map { _ in (0..<3).map { _ in Float(random.normal()) } }
            var left = Array(rows.indices)
            var places = [Int16](repeating: 0, count: rows.count)
            for place in 1...3 {
                let p = RaceSoftmax.probabilities(left.map { 0.8 * Double(rows[$0][0]) - 0.3 * Double(rows[$0][1]) })
                places[left.remove(at: random.index(p))] = Int16(place)
            }
            for (index, row) in rows.enumerated() {
                values += [row[0], row[1], random.below(4) == 0 ? .nan : row[2], Float(race.raceID)]
                positions.append(places[index])
            }
        }
        return TrainingSet(
            featureNames: ["a", "b", "c", "d"],
            featureSetVersion: 1,
            featureSetHash: "",
            matrix: LightGBMMatrix(values, columns: 4),
            races: field,
            positions: positions,
            odds: [:]
        )
    }

    @Test func `finds the planted weights, and a second fit finds the same bits`() throws {
        let set = set(seed: 3, races: 3000)
        let model = try ConditionalLogit.fit(set)
        // The constant column is left out; the third has a flag.
        #expect(model.terms.map(\.column) == [0, 1, 2])
        #expect(model.terms.map { $0.missing != nil } == [false, false, true])
        let weights = model.terms.map { $0.weight / $0.deviation }
        #expect(abs(weights[0] - 0.8) < 0.05 && abs(weights[1] + 0.3) < 0.05 && abs(weights[2]) < 0.05)
        #expect(try ConditionalLogit.fit(set) == model)
    }

    @Test func `a fit on the first races equals one on a copy of them`() throws {
        let set = set(seed: 6, races: 500)
        let copy = set.taking(Array(0..<300))
        #expect(try ConditionalLogit.fit(set, races: 300) == ConditionalLogit.fit(copy))
    }

    @Test func `contributions add up to the scores`() throws {
        let set = set(seed: 4, races: 300)
        let model = try ConditionalLogit.fit(set)
        for race in set.races.prefix(20) {
            let values = set.values(of: race)
            let scores = model.scores(values, columns: 4)
            let contributions = model.contributions(values, columns: 4)
            for row in scores.indices {
                #expect(abs(contributions[row * 4..<row * 4 + 4].reduce(0, +) - scores[row]) < 1e-12)
            }
        }
    }

    /// The penalised loss of SciPy's minimum, from the same definition written in NumPy.
    @Test(.enabled(if: Python.isInstalled, "needs ./setup --reference"))
    func `SciPy finds no lower loss`() async throws {
        let set = set(seed: 5, races: 400)
        let model = try ConditionalLogit.fit(set)
        let loss = ExplodedLogit(set.races, positions: set.positions, weights: [1, 0.5, 0.25])
        let scores = set.races.flatMap { model.scores(set.values(of: $0), columns: 4) }
        var gradient = scores
        var none: [Double] = []
        let ours =
            loss.derivatives(of: scores, gradient: &gradient, hessian: &none)
            + 50 * model.weights.reduce(0) { $0 + $1 * $1 }
        let script = """
            import json, sys, numpy as np
            from scipy.optimize import minimize
            d = json.load(open(sys.argv[1]))
            X = np.array(d["x"], float); pos = np.array(d["pos"]); start = np.r_[0, np.cumsum(d["sizes"])]
            races = [slice(a, b) for a, b in zip(start, start[1:])]
            def centred(v):
                out = np.empty(len(v))
                for r in races: out[r] = v[r] - (np.nanmean(v[r]) if np.isfinite(v[r]).any() else 0)
                return out
            Z = []
            for j in range(3):
                z = centred(X[:, j]); miss = np.isnan(z); z = np.where(miss, 0, z)
                Z.append(np.clip(z / z.std(), -4, 4))
                if miss.mean() > 0.01: m = centred(miss.astype(float)); Z.append(m / m.std())
            Z = np.stack(Z, 1)
            def loss(b):
                s = Z @ b; total = 50 * b @ b
                for r in races:
                    for k, w in ((1, 1), (2, .5), (3, .25)):
                        left = (pos[r] == 0) | (pos[r] >= k); here = pos[r] == k
                        if here.any() and left.sum() > 1:
                            total -= w * (s[r][here].mean() - np.log(np.exp(s[r][left]).sum()))
                return total
            print(minimize(loss, np.zeros(Z.shape[1]), method="BFGS").fun)
            """
        let rows: [[Any]] = (0..<set.positions.count).map { row in
            (0..<4).map { column -> Any in
                let value = set.matrix.values[row * 4 + column]
                return value.isNaN ? NSNull() : Double(value)
            }
        }
        let input: [String: Any] = [
            "x": rows, "pos": set.positions.map(Int.init), "sizes": set.races.map(\.rows.count),
        ]
        let path = NSTemporaryDirectory() + "logit-\(UUID().uuidString).json"
        try JSONSerialization.data(withJSONObject: input).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let output = try await Python.run(script, path)
        let theirs = try #require(Double(output.trimmingCharacters(in: .whitespacesAndNewlines)))
        #expect(abs(ours - theirs) < 1e-4, "ours \(ours), SciPy \(theirs)")
    }

    @Test func `the stack recovers planted weights, and holds a useless learner at 0`() {
        var random = SplitMix64(seed: 8)
        let field = races((0..<4000).map { _ in 10 })
        var x: [Double] = []
        var y: [Double] = []
        var shares: [Double] = []
        for _ in field {
            let first = (0..<10).map { _ in random.normal() }
            let second = (0..<10).map { _ in random.normal() }
            let winner = random.index(RaceSoftmax.probabilities(zip(first, second).map { 0.7 * $0 + 0.4 * $1 }))
            x += first
            y += second
            shares += (0..<10).map { $0 == winner ? 1 : 0 }
        }
        let stack = ScoreStack.fit(trees: x, logit: y, shares: shares, races: field)
        #expect(abs(stack.trees - 0.7) < 0.06 && abs(stack.logit - 0.4) < 0.06)
        let against = ScoreStack.fit(trees: x, logit: y.map { -$0 }, shares: shares, races: field)
        #expect(against.logit == 0 && abs(against.trees - 0.65) < 0.08)
    }
}

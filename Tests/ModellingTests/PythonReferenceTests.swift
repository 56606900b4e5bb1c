import Foundation
import LightGBM
import Modelling
import Racing
import Reference
import Seeded
import Testing

/// scikit-learn and LightGBM's own Python package, asked the same.
@Suite(.enabled(if: Python.isThere, "no Python libraries: ./setup --reference")) struct PythonReferenceTests {
    private func ask<T: Decodable>(_ type: T.Type, _ script: String, _ input: [String: Any]) async throws -> T {
        let path = NSTemporaryDirectory() + "reference-\(UUID().uuidString).json"
        try JSONSerialization.data(withJSONObject: input).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let printed = try await Python.run("import json, sys\nd = json.load(open(sys.argv[1]))\n" + script, path)
        return try JSONDecoder().decode(T.self, from: Data(printed.utf8))
    }

    @Test(arguments: [UInt64(1), 2, 3, 4]) func isotonicIsScikitLearns(seed: UInt64) async throws {
        var random = SplitMix64(seed)
        // rounded, so that there are ties
        let x = (0..<400).map { _ in (random.uniform() * 200).rounded() / 200 }
        // away from the ends, where a block of losers only is treated otherwise here
        let y = x.map { 0.05 + 0.9 * (random.uniform() < $0 ? 1 : 0) }
        let asked = (0..<300).map { Double($0) / 250 - 0.1 }
        let theirs = try await ask(
            [Double].self,
            """
            from sklearn.isotonic import IsotonicRegression
            print(json.dumps(IsotonicRegression(out_of_bounds="clip").fit(d["x"], d["y"]).predict(d["asked"]).tolist()))
            """, ["x": x, "y": y, "asked": asked])
        let ours = try Isotonic(x, y)
        for (value, expected) in zip(asked, theirs) { #expect(abs(ours(value) - expected) < 1e-12, "seed \(seed) at \(value)") }
    }

    @Test func foldsAreScikitLearns() async throws {
        struct Folds: Decodable { let distinct: [Int]; let sums: [Int] }
        // of equal groups scikit-learn's order is its sort's own, so all sizes differ; with equal ones the folds' sizes must agree
        var random = SplitMix64(5)
        let (distinct, equal) = (random.shuffled(200).map { $0 + 1 }, (0..<300).map { _ in 6 + random.below(9) })
        let theirs = try await ask(
            Folds.self,
            """
            import numpy as np
            from sklearn.model_selection import GroupKFold
            def folds(sizes):
                groups = np.repeat(np.arange(len(sizes)), sizes); out = np.zeros(len(sizes), int)
                for k, (_, test) in enumerate(GroupKFold(5).split(groups, groups=groups)): out[groups[test]] = k
                return out
            print(json.dumps({"distinct": folds(d["distinct"]).tolist(), "sums": sorted(np.bincount(folds(d["equal"]), d["equal"]).astype(int).tolist())}))
            """, ["distinct": distinct, "equal": equal])
        #expect(try GroupKFold.assign(sizes: distinct, folds: 5) == theirs.distinct)
        let ours = try GroupKFold.assign(sizes: equal, folds: 5)
        #expect((0..<5).map { fold in equal.indices.reduce(0) { $0 + (ours[$1] == fold ? equal[$1] : 0) } }.sorted() == theirs.sums)
    }

    @Test func metricsAreScikitLearns() async throws {
        struct Metrics: Decodable { let auc, logLoss, r2: Double }
        var random = SplitMix64(6)
        let field = races((0..<200).map { _ in 4 + random.below(10) })
        var (p, shares) = ([Double](), [Double]())
        for race in field {
            let weights = race.rows.map { _ in (random.uniform() * 20).rounded() + 1 }
            let sum = weights.reduce(0, +)
            p += weights.map { $0 / sum }
            let winner = random.index(weights.map { $0 / sum })
            shares += race.rows.indices.map { $0 == race.rows.startIndex + winner ? 1 : 0 }
        }
        let theirs = try await ask(
            Metrics.self,
            """
            import numpy as np
            from sklearn.metrics import roc_auc_score, log_loss
            p, y = np.array(d["p"]), np.array(d["y"]); start = np.r_[0, np.cumsum(d["sizes"])]
            # a race as one sample of many classes, padded with classes that cannot win
            most = max(d["sizes"]); P = np.zeros((len(d["sizes"]), most)); W = []
            for i, (a, b) in enumerate(zip(start, start[1:])): P[i, : b - a] = p[a:b]; W.append(int(np.argmax(y[a:b])))
            ll = float(np.mean([-np.log(P[i, w]) for i, w in enumerate(W)]))
            assert abs(ll - log_loss(W, P, labels=list(range(most)))) < 1e-9
            print(json.dumps({"auc": roc_auc_score(y, p), "logLoss": ll, "r2": 1 - ll / float(np.mean(np.log(d["sizes"])))}))
            """, ["p": p, "y": shares, "sizes": field.map(\.rows.count)])
        let loss = RaceMetrics.mean(RaceMetrics.losses(p, shares, field))
        #expect(abs(loss - theirs.logLoss) < 1e-12)
        #expect(abs(RaceMetrics.auc(p, shares.map { $0 > 0 }) - theirs.auc) < 1e-12)
        let uniform = RaceMetrics.mean(field.map { log(Double($0.rows.count)) })
        #expect(abs(RaceMetrics.pseudoR2(loss, uniform: uniform) - theirs.r2) < 1e-12)
    }

    /// Same data, parameters and seed: the same trees to the last digit, for LightGBM's own objective and for the race's.
    @Test(arguments: [Objective.binary, .raceSoftmax]) func treesAreThoseOfPython(objective: Objective) async throws {
        var random = SplitMix64(7)
        let field = races([Int](repeating: 8, count: 400))
        let columns = 6
        var (values, labels) = ([Float](), [Float]())
        for _ in field {
            let rows = (0..<8).map { _ in (0..<columns).map { _ in Float(random.normal()) } }
            let winner = random.index(RaceSoftmax.probabilities(rows.map { Double($0[0] + 0.5 * $0[1]) }))
            for (index, row) in rows.enumerated() {
                values += random.below(20) == 0 ? [Float.nan] + row.dropFirst() : row
                labels.append(index == winner ? 1 : 0)
            }
        }
        let plan = TrainingPlan.standard(objective, threads: 1)
        // with an objective of its own, Python's `update` first resets a parameter, which draws the features of a tree once more (basic.py)
        let parameters = plan.parameters.setting("min_data_in_leaf", "20").setting("feature_fraction", objective == .binary ? "0.5" : "1")
        let data = try LightGBMDataset(
            LightGBMMatrix(values, columns: columns), labels: labels, names: (0..<columns).map { "f\($0)" }, parameters: parameters, reference: nil)
        let shares = labels.map(Double.init)
        let trained = try LightGBMTraining.run(
            data,
            objective: objective == .binary
                ? .named("binary") : .custom { scores, gradient, hessian in RaceSoftmax.derive(scores, field, shares, &gradient, &hessian) },
            parameters: parameters, rounds: 12)
        struct Model: Decodable { let model: String }
        let theirs = try await ask(
            Model.self,
            """
            import numpy as np, lightgbm as lgb
            X = np.array([[np.nan if v is None else v for v in row] for row in d["X"]], dtype=np.float32); y = np.array(d["y"], dtype=np.float32)
            def softmax(scores, data):
                s = scores.reshape(-1, 8); e = np.exp(s - s.max(axis=1, keepdims=True)); p = (e / e.sum(axis=1, keepdims=True)).ravel()
                return (p - y).astype(np.float32), np.maximum(p * (1 - p), 1e-6).astype(np.float32)
            params = dict(d["parameters"], objective="binary" if d["binary"] else softmax, metric="None")
            model = lgb.train(params, lgb.Dataset(X, y, params=d["parameters"]), 12)
            print(json.dumps({"model": model.model_to_string()}))
            """,
            [
                "X": (0..<labels.count).map { row in
                    (0..<columns).map { column -> Any in
                        let value = values[row * columns + column]
                        return value.isNaN ? NSNull() : Double(value)
                    }
                }, "y": labels.map(Double.init), "parameters": parameters.values, "binary": objective == .binary,
            ])
        /// Split features, thresholds, counts and structure; names and echoed parameters are not the trees'.
        func trees(_ model: String) -> [Substring] {
            let kept = ["split_feature=", "threshold=", "decision_type=", "left_child=", "right_child=", "leaf_count="]
            return model.split(separator: "\n").filter { line in kept.contains { line.hasPrefix($0) } }
        }
        func leaves(_ model: String) -> [Double] {
            model.split(separator: "\n").filter { $0.hasPrefix("leaf_value=") }.flatMap {
                $0.dropFirst(11).split(separator: " ").compactMap { Double($0) }
            }
        }
        let (ours, python) = (trained.model, theirs.model)
        #expect(trees(ours).count == 12 * 6 && trees(ours) == trees(python))
        #expect(leaves(ours).count == leaves(python).count && !leaves(ours).isEmpty)
        for (a, b) in zip(leaves(ours), leaves(python)) { #expect(abs(a - b) < 1e-12) }
    }
}

import Foundation
import Learning
import LightGBM
import Modeling
import Racing
import Randomness
import Reference
import Seeded
import Testing

/// Compares results with scikit-learn and LightGBM's Python package.
@Suite(.enabled(if: Python.isInstalled, "no Python libraries: ./setup --reference")) struct PythonReferenceTests {
    /// Runs a Python script with `input` as `d`, and decodes the JSON that it prints.
    private func run<T: Decodable>(_ type: T.Type, _ script: String, _ input: [String: Any]) async throws -> T {
        let path = NSTemporaryDirectory() + "reference-\(UUID().uuidString).json"
        try JSONSerialization.data(withJSONObject: input).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let output = try await Python.run("import json, sys\nd = json.load(open(sys.argv[1]))\n" + script, path)
        return try JSONDecoder().decode(T.self, from: Data(output.utf8))
    }

    @Test(arguments: [UInt64(1), 2, 3, 4])
    func `isotonic calibration equals scikit-learn's`(seed: UInt64) async throws {
        var random = SplitMix64(seed: seed)
        // Round to produce ties.
        let x = (0..<400).map { _ in (random.uniform() * 200).rounded() / 200 }
        // Keep outcomes away from 0 and 1: scikit-learn has no floor for a block without winners.
        let y = x.map { 0.05 + 0.9 * (random.uniform() < $0 ? 1 : 0) }
        let points = (0..<300).map { Double($0) / 250 - 0.1 }
        let theirs = try await run(
            [Double].self,
            """
            from sklearn.isotonic import IsotonicRegression
            curve = IsotonicRegression(out_of_bounds="clip").fit(d["x"], d["y"])
            print(json.dumps(curve.predict(d["points"]).tolist()))
            """,
            ["x": x, "y": y, "points": points]
        )
        let ours = try Isotonic(x, y)
        for (point, expected) in zip(points, theirs) {
            #expect(abs(ours(point) - expected) < 1e-12, "seed \(seed) at \(point)")
        }
    }

    @Test func `folds equal scikit-learn's`() async throws {
        struct Folds: Decodable {
            let distinct: [Int]
            let sums: [Int]
        }
        // scikit-learn orders equal groups arbitrarily, so the folds are compared for distinct sizes. With equal sizes
        // only the totals of the folds must agree.
        var random = SplitMix64(seed: 5)
        let distinct = random.shuffled(200).map { $0 + 1 }
        let equal = (0..<300).map { _ in 6 + random.below(9) }
        let theirs = try await run(
            Folds.self,
            """
            import numpy as np
            from sklearn.model_selection import GroupKFold
            def folds(sizes):
                groups = np.repeat(np.arange(len(sizes)), sizes); out = np.zeros(len(sizes), int)
                for k, (_, test) in enumerate(GroupKFold(5).split(groups, groups=groups)): out[groups[test]] = k
                return out
            sums = np.bincount(folds(d["equal"]), d["equal"]).astype(int)
            print(json.dumps({"distinct": folds(d["distinct"]).tolist(), "sums": sorted(sums.tolist())}))
            """,
            ["distinct": distinct, "equal": equal]
        )
        #expect(try GroupKFold.assign(sizes: distinct, folds: 5) == theirs.distinct)
        let ours = try GroupKFold.assign(sizes: equal, folds: 5)
        #expect(
            (0..<5).map { fold in equal.indices.reduce(0) { $0 + (ours[$1] == fold ? equal[$1] : 0) } }.sorted()
                == theirs.sums
        )
    }

    @Test func `metrics equal scikit-learn's`() async throws {
        struct Metrics: Decodable { let auc, logLoss, r2: Double }
        var random = SplitMix64(seed: 6)
        let field = races((0..<200).map { _ in 4 + random.below(10) })
        var p: [Double] = []
        var shares: [Double] = []
        for race in field {
            let weights = race.rows.map { _ in (random.uniform() * 20).rounded() + 1 }
            let sum = weights.reduce(0, +)
            p += weights.map { $0 / sum }
            let winner = random.index(weights.map { $0 / sum })
            shares += race.rows.indices.map { $0 == race.rows.startIndex + winner ? 1 : 0 }
        }
        let theirs = try await run(
            Metrics.self,
            """
            import numpy as np
            from sklearn.metrics import roc_auc_score, log_loss
            p, y = np.array(d["p"]), np.array(d["y"]); start = np.r_[0, np.cumsum(d["sizes"])]
            # A race is one sample of many classes, padded with classes that cannot win.
            most = max(d["sizes"]); P = np.zeros((len(d["sizes"]), most)); W = []
            for i, (a, b) in enumerate(zip(start, start[1:])):
                P[i, : b - a] = p[a:b]; W.append(int(np.argmax(y[a:b])))
            ll = float(np.mean([-np.log(P[i, w]) for i, w in enumerate(W)]))
            assert abs(ll - log_loss(W, P, labels=list(range(most)))) < 1e-9
            r2 = 1 - ll / float(np.mean(np.log(d["sizes"])))
            print(json.dumps({"auc": roc_auc_score(y, p), "logLoss": ll, "r2": r2}))
            """,
            ["p": p, "y": shares, "sizes": field.map(\.rows.count)]
        )
        let loss = RaceMetrics.mean(RaceMetrics.losses(p, shares, field))
        #expect(abs(loss - theirs.logLoss) < 1e-12)
        #expect(abs(RaceMetrics.auc(p, shares.map { $0 > 0 }) - theirs.auc) < 1e-12)
        let uniform = RaceMetrics.mean(field.map { log(Double($0.rows.count)) })
        #expect(abs(RaceMetrics.pseudoR2(loss, uniform: uniform) - theirs.r2) < 1e-12)
    }

    /// Random features of 400 races of eight runners, with some missing values, and labels that depend on two columns.
    private struct TrainingData {
        let columns = 6
        let field = races([Int](repeating: 8, count: 400))
        var values: [Float] = []
        var labels: [Float] = []

        init(seed: UInt64) {
            var random = SplitMix64(seed: seed)
            for _ in field {
                let rows = (0..<8).map { _ in (0..<columns).map { _ in Float(random.normal()) } }
                let winner = random.index(RaceSoftmax.probabilities(rows.map { Double($0[0] + 0.5 * $0[1]) }))
                for (index, row) in rows.enumerated() {
                    values += random.below(20) == 0 ? [Float.nan] + row.dropFirst() : row
                    labels.append(index == winner ? 1 : 0)
                }
            }
        }

        /// The rows for JSON, with null for a missing value.
        var json: [[Any]] {
            (0..<labels.count).map { row in
                (0..<columns).map { column -> Any in
                    let value = values[row * columns + column]
                    return value.isNaN ? NSNull() : Double(value)
                }
            }
        }
    }

    private func train(
        _ data: TrainingData,
        _ objective: Objective,
        _ parameters: LightGBMParameters
    ) throws -> String {
        let dataset = try LightGBMDataset(
            LightGBMMatrix(data.values, columns: data.columns),
            labels: data.labels,
            names: (0..<data.columns).map { "f\($0)" },
            parameters: parameters,
            reference: nil
        )
        let logit = ExplodedLogit(data.field, positions: data.labels.map { $0 == 1 ? 1 : 2 }, weights: [1])
        let trained = try LightGBMTraining.run(
            dataset,
            objective: objective == .binary
                ? .named("binary")
                : .custom { scores, gradient, hessian in
                    var g = [Double](repeating: 0, count: scores.count)
                    var h = g
                    logit.derivatives(of: scores, gradient: &g, hessian: &h)
                    gradient = g.map(Float.init)
                    hessian = h.map(Float.init)
                },
            parameters: parameters,
            rounds: 12
        )
        return trained.model
    }

    private func trainInPython(
        _ data: TrainingData,
        _ objective: Objective,
        _ parameters: LightGBMParameters
    ) async throws -> String {
        struct Model: Decodable { let model: String }
        let theirs = try await run(
            Model.self,
            """
            import numpy as np, lightgbm as lgb
            X = np.array([[np.nan if v is None else v for v in row] for row in d["X"]], dtype=np.float32)
            y = np.array(d["y"], dtype=np.float32)
            def softmax(scores, data):
                s = scores.reshape(-1, 8); e = np.exp(s - s.max(axis=1, keepdims=True))
                p = (e / e.sum(axis=1, keepdims=True)).ravel()
                return (p - y).astype(np.float32), np.maximum(p * (1 - p), 1e-6).astype(np.float32)
            params = dict(d["parameters"], objective="binary" if d["binary"] else softmax, metric="None")
            model = lgb.train(params, lgb.Dataset(X, y, params=d["parameters"]), 12)
            print(json.dumps({"model": model.model_to_string()}))
            """,
            [
                "X": data.json,
                "y": data.labels.map(Double.init),
                "parameters": parameters.values,
                "binary": objective == .binary,
            ]
        )
        return theirs.model
    }

    /// The split features, thresholds, counts and structure of a model. Feature names and echoed parameters differ.
    private func trees(_ model: String) -> [Substring] {
        let kept = ["split_feature=", "threshold=", "decision_type=", "left_child=", "right_child=", "leaf_count="]
        return model.split(separator: "\n").filter { line in kept.contains { line.hasPrefix($0) } }
    }

    private func leaves(_ model: String) -> [Double] {
        model.split(separator: "\n").filter { $0.hasPrefix("leaf_value=") }.flatMap {
            $0.dropFirst(11).split(separator: " ").compactMap { Double($0) }
        }
    }

    /// The same data, parameters and seed must give the same trees, for a built-in and for a custom objective.
    @Test(arguments: [Objective.binary, .raceSoftmax])
    func `trees equal those of LightGBM's Python package`(objective: Objective) async throws {
        let data = TrainingData(seed: 7)
        // With a custom objective, Python's `update` first resets a parameter, which draws the features of a tree again
        // (basic.py), so all features are used there.
        let parameters = TrainingPlan.standard(objective, threads: 1).parameters
            .setting("min_data_in_leaf", "20")
            .setting("feature_fraction", objective == .binary ? "0.5" : "1")
        let ours = try train(data, objective, parameters)
        let theirs = try await trainInPython(data, objective, parameters)
        #expect(trees(ours).count == 12 * 6 && trees(ours) == trees(theirs))
        #expect(leaves(ours).count == leaves(theirs).count && !leaves(ours).isEmpty)
        for (a, b) in zip(leaves(ours), leaves(theirs)) { #expect(abs(a - b) < 1e-12) }
    }
}

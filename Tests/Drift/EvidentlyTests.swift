import Drift
import Foundation
import Randomness
import Reference
import Seeded
import Testing

/// Scores and verdicts against Evidently's own, on the same samples.
@Suite(.timeLimit(.minutes(20)), .enabled(if: Python.hasEvidently, "needs ./setup --reference"))
struct EvidentlyTests {
    private struct Case: Encodable {
        let reference: [String: [Double?]]
        let current: [String: [Double?]]
    }

    private struct Column: Decodable {
        let method: String
        let score: Double
        let psi: Double
    }

    private struct Answer: Decodable {
        let columns: [String: Column]
        let drifted: Double
        let share: Double
    }

    private static let script = """
        import json, sys
        import pandas as pd
        from evidently import Report, Dataset, DataDefinition
        from evidently.metrics import ValueDrift
        from evidently.presets import DataDriftPreset
        answers = []
        for case in json.load(open(sys.argv[1])):
            names = sorted(case["reference"])
            definition = DataDefinition(numerical_columns=names)
            def dataset(sample):
                frame = pd.DataFrame({name: pd.Series(sample[name], dtype=float) for name in names})
                return Dataset.from_pandas(frame, definition)
            metrics = [DataDriftPreset()] + [ValueDrift(column=name, method="psi") for name in names]
            report = Report(metrics).run(dataset(case["current"]), dataset(case["reference"]))
            answer = {"columns": {}}
            for metric in report.dict()["metrics"]:
                config, value = metric["config"], metric["value"]
                if "column" not in config:
                    answer["drifted"], answer["share"] = value["count"], value["share"]
                    continue
                column = answer["columns"].setdefault(config["column"], {})
                if config["method"] in ("psi", "PSI"): column["psi"] = float(value)
                else: column["method"], column["score"] = config["method"], float(value)
            answers.append(answer)
        print(json.dumps(answers))
        """

    /// Columns of every kind: continuous, skewed, counted, in categories, constant, and with missing values.
    private static func columns(_ count: Int, shift: Double, _ random: inout SplitMix64) -> [String: [Double?]] {
        func draw(_ value: (inout SplitMix64) -> Double?) -> [Double?] { (0..<count).map { _ in value(&random) } }
        return [
            "normal": draw { $0.normal() + shift },
            "skewed": draw { exp($0.normal()) * (1 + shift) },
            "sparse": draw { $0.uniform() < 0.3 ? nil : $0.normal() },
            "count": draw { (($0.uniform() + shift / 3) * 14).rounded(.down) },
            "four": draw { (($0.uniform() + shift / 9) * 4).rounded(.down) },
            "three": draw { ($0.uniform() * 3).rounded(.down) },
            "two": draw { $0.uniform() < 0.4 + shift / 5 ? 1 : 0 },
            "constant": draw { _ in 7 },
        ]
    }

    private static func name(of method: String) -> DriftTest? {
        [
            "K-S p_value": .kolmogorovSmirnov, "chi-square p_value": .chiSquared, "Z-test p_value": .zTest,
            "Wasserstein distance (normed)": .wasserstein, "Jensen-Shannon distance": .jensenShannon,
        ][method]
    }

    @Test func `scores and verdicts equal Evidently's`() async throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("EvidentlyTests: seed \(seed)")
        var random = SplitMix64(seed: seed)
        let sizes = [(60, 40), (800, 300), (1000, 1000), (1001, 150), (5000, 2000)]
        let cases = sizes.flatMap { reference, current in
            [0, 0.4].map { shift in
                Case(
                    reference: Self.columns(reference, shift: 0, &random),
                    current: Self.columns(current, shift: shift, &random)
                )
            }
        }
        let path = NSTemporaryDirectory() + "drift-\(UUID().uuidString).json"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try JSONEncoder().encode(cases).write(to: URL(fileURLWithPath: path))
        let printed = try await Python.run(Self.script, path, with: Python.evidently)
        let answers = try JSONDecoder().decode([Answer].self, from: Data(printed.utf8))
        #expect(answers.count == cases.count)
        var seen: Set<DriftTest> = []
        for (item, answer) in zip(cases, answers) {
            let columns = item.reference.keys.sorted().map { name in
                ColumnDrift(
                    name,
                    reference: ColumnSample((item.reference[name] ?? []).map { $0 ?? .nan }),
                    current: ColumnSample((item.current[name] ?? []).map { $0 ?? .nan })
                )
            }
            for column in columns {
                let theirs = try #require(answer.columns[column.name])
                let context: Comment = "seed \(seed), \(column.name) of \(column.reference.count): \(theirs)"
                #expect(column.test == Self.name(of: theirs.method), context)
                let score = try #require(column.score)
                // Evidently takes the p-value of its z-test from 1 - cdf, which costs digits.
                #expect(abs(score - theirs.score) <= 1e-9 * abs(theirs.score) + 1e-12, context)
                let index = try #require(column.stabilityIndex)
                #expect(abs(index - theirs.psi) <= 1e-9 * abs(theirs.psi) + 1e-12, context)
                if let test = column.test { seen.insert(test) }
            }
            let summary = DriftSummary(columns)
            #expect(Double(summary.drifted) == answer.drifted && summary.share == answer.share, "seed \(seed)")
        }
        #expect(seen == Set(DriftTest.allCases))
    }
}

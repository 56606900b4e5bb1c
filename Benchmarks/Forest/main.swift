import Foundation
import LightGBM
import Randomness

/// Times the forest next to LightGBM on five models of 300 trees with 63 leaves, for fields of several sizes: their
/// scores, and the contributions of their features.
///
///   bench-forest [FOLDER]      writes the models, twelve rows and their scores to FOLDER, for other evaluators

let columns = 120
func matrix(_ rows: Int, _ random: inout SplitMix64) -> LightGBMMatrix {
    let values = (0..<rows * columns).map { _ in random.uniform() < 0.1 ? Float.nan : Float(random.uniform()) }
    return LightGBMMatrix(values, columns: columns)
}

func model(_ seed: Int) throws -> String {
    var random = SplitMix64(seed: UInt64(seed))
    let training = matrix(20_000, &random)
    let labels = (0..<training.rows).map { row -> Float in
        let values = (0..<8).map { training.values[row * columns + $0] }.map { $0.isNaN ? 0.5 : $0 }
        return Float(random.uniform()) < values.reduce(0, +) / 8 ? 1 : 0
    }
    let parameters = LightGBMParameters([
        "num_leaves": "63", "min_data_in_leaf": "20", "learning_rate": "0.05", "seed": "\(seed)", "verbosity": "-1",
        "num_threads": "2", "feature_fraction": "0.5",
    ])
    let names = (0..<columns).map { "x\($0)" }
    let data = try LightGBMDataset(training, labels: labels, names: names, parameters: parameters)
    return try LightGBMTraining.run(data, objective: .named("binary"), parameters: parameters, rounds: 300).model
}

/// The median microseconds of a call, over seven series of about a tenth of a second.
func microseconds(_ body: () throws -> Void) rethrows -> Double {
    let clock = ContinuousClock()
    let once = try clock.measure { try body() } / .seconds(1)
    let calls = max(1, Int(0.1 / once))
    let series = try (0..<7).map { _ in
        try clock.measure { for _ in 0..<calls { try body() } } / .seconds(1) / Double(calls) * 1e6
    }
    return series.sorted()[3]
}

let models = try (1...5).map(model)
let forest = try Forest(models)
let boosters = try models.map { try LightGBMBooster(model: $0) }
if let folder = CommandLine.arguments.dropFirst().first {
    var random = SplitMix64(seed: 12)
    let field = matrix(12, &random)
    for (number, model) in models.enumerated() {
        try model.write(toFile: "\(folder)/model-\(number).txt", atomically: true, encoding: .utf8)
    }
    let bytes = field.values.withUnsafeBytes { Data($0) }
    try bytes.write(to: URL(fileURLWithPath: "\(folder)/rows.float32"))
    let scores = forest.predict(field).map { "\($0)" }.joined(separator: "\n")
    try scores.write(toFile: "\(folder)/scores.txt", atomically: true, encoding: .utf8)
}
var result: [String: Double] = [
    "load_forest_us": try microseconds { _ = try Forest(models) },
    "load_lightgbm_us": try microseconds { for model in models { _ = try LightGBMBooster(model: model) } },
]
for rows in [1, 8, 12, 20] {
    var random = SplitMix64(seed: UInt64(rows))
    let field = matrix(rows, &random)
    var sum = 0.0
    result["forest_us_\(rows)"] = microseconds { sum += forest.predict(field)[0] }
    result["lightgbm_us_\(rows)"] = try microseconds {
        for booster in boosters { sum += try booster.predict(field)[0] }
    }
    let expected = try boosters.map { try $0.predict(field) }
    let means = (0..<rows).map { row in expected.reduce(0) { $0 + $1[row] / Double(boosters.count) } }
    guard means == forest.predict(field), sum.isFinite else { fatalError("the forest and LightGBM differ") }
}
for rows in [1, 12] {
    var random = SplitMix64(seed: UInt64(rows))
    let field = matrix(rows, &random)
    var ours: [Double] = []
    var theirs: [[Double]] = []
    result["forest_contributions_us_\(rows)"] = microseconds { ours = forest.contributions(field) ?? [] }
    result["lightgbm_contributions_us_\(rows)"] = try microseconds {
        theirs = try boosters.map { try $0.contributions(field) }
    }
    for (index, value) in ours.enumerated() {
        let place = index / columns * (columns + 1) + index % columns
        let mean = theirs.reduce(0) { $0 + $1[place] / Double(boosters.count) }
        guard abs(mean - value) < 1e-9 else { fatalError("the contributions differ: \(mean), \(value)") }
    }
    guard ours.count == rows * columns else { fatalError("the forest has no contributions") }
}
for (key, value) in result.sorted(by: { $0.key < $1.key }) { print("\(key) \(String(format: "%.1f", value))") }

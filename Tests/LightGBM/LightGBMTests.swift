import Foundation
import LightGBM
import Testing

@Suite struct LightGBMTests {
    /// Seeded random data: a label is 1 with probability x0 squared, x1 is noise, x2 equals x0 or is missing.
    private func makeData(rows: Int, seed: UInt64) -> (LightGBMMatrix, [Float]) {
        var state = seed
        func next() -> Float {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Float(state >> 40) / Float(1 << 24)
        }
        var values: [Float] = []
        var labels: [Float] = []
        for _ in 0..<rows {
            let x = next()
            values += [x, next(), next() < 0.5 ? .nan : x]
            labels.append(next() < x * x ? 1 : 0)
        }
        return (LightGBMMatrix(values, columns: 3), labels)
    }

    private let names = ["x0", "x1", "x2"]
    private let parameters = LightGBMParameters([
        "num_leaves": "7", "learning_rate": "0.1", "min_data_in_leaf": "20", "seed": "7", "deterministic": "true",
        "num_threads": "2", "verbosity": "-1",
    ])

    private func logLoss(_ predicted: [Double], _ labels: [Float]) -> Double {
        zip(predicted, labels).reduce(0) { $0 - ($1.1 == 1 ? $1.0 : 1 - $1.0).clampedLog } / Double(labels.count)
    }

    private func train(_ objective: LightGBMObjective = .named("binary")) throws -> (
        LightGBMTrainingResult, LightGBMMatrix, [Float]
    ) {
        let (matrix, labels) = makeData(rows: 4_000, seed: 1)
        let (validationMatrix, validationLabels) = makeData(rows: 1_000, seed: 2)
        let training = try LightGBMDataset(matrix, labels: labels, names: names, parameters: parameters)
        let validation = try LightGBMDataset(
            validationMatrix,
            labels: validationLabels,
            names: names,
            parameters: parameters,
            reference: training
        )
        let isCustom = if case .custom = objective { true } else { false }
        func metric(_ predictions: [Double]) -> Double {
            logLoss(isCustom ? predictions.map { 1 / (1 + exp(-$0)) } : predictions, validationLabels)
        }
        let trained = try LightGBMTraining.run(
            training,
            objective: objective,
            parameters: parameters,
            rounds: 500,
            validation: (validation, { metric($0) }, 20)
        )
        return (trained, validationMatrix, validationLabels)
    }

    @Test func `stops early and learns the labels`() throws {
        let (trained, matrix, labels) = try train()
        #expect(trained.bestIteration < 500)
        #expect(trained.history.count == trained.bestIteration + 20)
        let predicted = try LightGBMBooster(model: trained.model).predict(matrix)
        #expect(
            abs(logLoss(predicted, labels) - trained.history.min()!) < 1e-12,
            "the model is cut to its best iteration"
        )
        #expect(logLoss(predicted, labels) < 0.52)
    }

    @Test func `a saved and loaded model makes the same predictions`() throws {
        let (trained, matrix, _) = try train()
        let first = try LightGBMBooster(model: trained.model)
        let second = try LightGBMBooster(model: try first.text())
        #expect(try first.predict(matrix) == second.predict(matrix))
        #expect(first.featureNames == names)
        #expect(first.iterations == trained.bestIteration)
    }

    @Test func `the same seed grows the same trees`() throws {
        #expect(try train().0.model == train().0.model)
    }

    /// The bins come from a sample of the rows, which must not depend on how the rows are passed either.
    @Test func `rows in pieces grow the trees of their copy`() throws {
        let (matrix, labels) = makeData(rows: 4_000, seed: 1)
        let pieces = [3_000..<3_001, 0..<1_200, 3_500..<4_000, 1_200..<1_200, 1_300..<2_000]
        let held = [2_000..<2_400, 3_100..<3_200]
        let sampled = parameters.setting("bin_construct_sample_cnt", "500")
        func model(_ training: LightGBMDataset, _ validation: LightGBMDataset) throws -> LightGBMTrainingResult {
            try LightGBMTraining.run(
                training,
                objective: .named("binary"),
                parameters: sampled,
                rounds: 20,
                validation: (validation, { $0.reduce(0, +) }, 30)
            )
        }
        func inPieces(_ rows: [Range<Int>], _ reference: LightGBMDataset? = nil) throws -> LightGBMDataset {
            try LightGBMDataset(
                matrix,
                rows: rows,
                labels: rows.flatMap { labels[$0] },
                names: names,
                parameters: sampled,
                reference: reference
            )
        }
        func copied(_ rows: [Range<Int>], _ reference: LightGBMDataset? = nil) throws -> LightGBMDataset {
            try LightGBMDataset(
                matrix.rows(at: rows.flatMap(\.self)),
                labels: rows.flatMap { labels[$0] },
                names: names,
                parameters: sampled,
                reference: reference
            )
        }
        let (training, copy) = (try inPieces(pieces), try copied(pieces))
        #expect(training.rows == 2_401)
        let trained = try model(training, try inPieces(held, training))
        let expected = try model(copy, try copied(held, copy))
        #expect(trained.model == expected.model)
        #expect(trained.history == expected.history)
    }

    @Test func `a custom log loss objective matches the built-in one`() throws {
        let labels = makeData(rows: 4_000, seed: 1).1
        let custom = try train(
            .custom { scores, gradient, hessian in
                for (row, score) in scores.enumerated() {
                    let p = 1 / (1 + exp(-score))
                    gradient[row] = Float(p) - labels[row]
                    hessian[row] = Float(p * (1 - p))
                }
            }
        ).0
        let builtIn = try train().0
        #expect(abs(custom.history.min()! - builtIn.history.min()!) < 0.005)
    }

    @Test func `contributions sum to the raw score`() throws {
        let (trained, matrix, _) = try train()
        let booster = try LightGBMBooster(model: trained.model)
        let rows = matrix.rows(at: [0, 5, 17])
        let contributions = try booster.contributions(rows)
        for (row, p) in try booster.predict(rows).enumerated() {
            let raw = contributions[row * 4..<row * 4 + 4].reduce(0, +)
            #expect(abs(1 / (1 + exp(-raw)) - p) < 1e-9)
        }
        #expect(try booster.gain()[0] > booster.gain()[1] * 5)
    }

    @Test func `rejects constant labels`() throws {
        let (matrix, labels) = makeData(rows: 400, seed: 1)
        let dataset = try LightGBMDataset(matrix, labels: labels.map { _ in 0 }, names: names, parameters: parameters)
        #expect(throws: LightGBMError.self) {
            try LightGBMTraining.run(dataset, objective: .named("regression"), parameters: parameters, rounds: 5)
        }
    }

    @Test func `rejects invalid datasets, models and matrices`() throws {
        let (matrix, labels) = makeData(rows: 100, seed: 1)
        #expect(throws: LightGBMError.self) {
            try LightGBMDataset(matrix, labels: Array(labels.dropLast()), names: names, parameters: parameters)
        }
        #expect(throws: LightGBMError.self) {
            try LightGBMDataset(matrix, labels: labels.map { _ in .nan }, names: names, parameters: parameters)
        }
        #expect(throws: LightGBMError.self) {
            try LightGBMDataset(matrix, labels: labels, names: ["a"], parameters: parameters)
        }
        let outside = #expect(throws: LightGBMError.self) {
            try LightGBMDataset(matrix, rows: [1..<101], labels: labels, names: names, parameters: parameters)
        }
        #expect("\(outside!)".contains("the matrix has 100 rows but rows 1..<101 are required"))
        #expect(throws: LightGBMError.self) { try LightGBMBooster(model: "tree\nnot a model") }
        let text = try train().0.model
        #expect(throws: LightGBMError.self) { try LightGBMBooster(model: String(text.prefix(text.count / 2))) }
        let booster = try LightGBMBooster(model: text)
        #expect(throws: LightGBMError.self) { try booster.predict(LightGBMMatrix([1, 2], columns: 2)) }
    }
}

extension Double {
    /// The logarithm of this probability, clamped to a finite value.
    fileprivate var clampedLog: Double { log(Swift.min(1 - 1e-15, Swift.max(1e-15, self))) }
}

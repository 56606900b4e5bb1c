import Foundation
import LightGBM
import Testing

@Suite struct LightGBMTests {
    /// A repeatable world: y = 1 where x0 is large, x1 is noise, x2 is missing half of the time.
    private func world(rows: Int, seed: UInt64) -> (LightGBMMatrix, [Float]) {
        var state = seed
        func next() -> Float {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Float(state >> 40) / Float(1 << 24)
        }
        var (values, labels): ([Float], [Float]) = ([], [])
        for _ in 0..<rows {
            let x = next()
            values += [x, next(), next() < 0.5 ? .nan : x]
            labels.append(next() < x * x ? 1 : 0)
        }
        return (LightGBMMatrix(values, columns: 3), labels)
    }

    private let names = ["x0", "x1", "x2"]
    private let parameters = LightGBMParameters([
        "num_leaves": "7", "learning_rate": "0.1", "min_data_in_leaf": "20", "seed": "7", "deterministic": "true", "num_threads": "2",
        "verbosity": "-1",
    ])

    private func logLoss(_ predicted: [Double], _ labels: [Float]) -> Double {
        zip(predicted, labels).reduce(0) { $0 - ($1.1 == 1 ? $1.0 : 1 - $1.0).clamped } / Double(labels.count)
    }

    private func train(_ objective: LightGBMObjective = .named("binary")) throws -> (LightGBMTrained, LightGBMMatrix, [Float]) {
        let (matrix, labels) = world(rows: 4_000, seed: 1)
        let (held, answers) = world(rows: 1_000, seed: 2)
        let training = try LightGBMDataset(matrix, labels: labels, names: names, parameters: parameters)
        let validation = try LightGBMDataset(held, labels: answers, names: names, parameters: parameters, reference: training)
        let isCustom = if case .custom = objective { true } else { false }
        let trained = try LightGBMTraining.run(
            training, objective: objective, parameters: parameters, rounds: 500,
            validation: (validation, { self.logLoss(isCustom ? $0.map { 1 / (1 + exp(-$0)) } : $0, answers) }, 20))
        return (trained, held, answers)
    }

    @Test func trainingStopsEarlyAndLearns() throws {
        let (trained, held, answers) = try train()
        #expect(trained.bestIteration < 500)
        #expect(trained.history.count == trained.bestIteration + 20)
        let predicted = try LightGBMBooster(model: trained.model).predict(held)
        #expect(abs(logLoss(predicted, answers) - trained.history.min()!) < 1e-12, "the model is cut to its best iteration")
        #expect(logLoss(predicted, answers) < 0.52)
    }

    @Test func aModelSavedAndLoadedPredictsTheSame() throws {
        let (trained, held, _) = try train()
        let first = try LightGBMBooster(model: trained.model)
        let second = try LightGBMBooster(model: try first.text())
        #expect(try first.predict(held) == second.predict(held))
        #expect(first.featureNames == names)
        #expect(first.iterations == trained.bestIteration)
    }

    @Test func theSameSeedGivesTheSameTrees() throws {
        #expect(try train().0.model == train().0.model)
    }

    @Test func ourOwnGradientsOfLogLossDoAsWellAsTheBuiltIn() throws {
        let labels = world(rows: 4_000, seed: 1).1
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

    @Test func contributionsAddUpToTheRawScore() throws {
        let (trained, held, _) = try train()
        let booster = try LightGBMBooster(model: trained.model)
        let rows = held.rows(at: [0, 5, 17])
        let contributions = try booster.contributions(rows)
        for (row, p) in try booster.predict(rows).enumerated() {
            let raw = contributions[row * 4..<row * 4 + 4].reduce(0, +)
            #expect(abs(1 / (1 + exp(-raw)) - p) < 1e-9)
        }
        #expect(try booster.gain()[0] > booster.gain()[1] * 5)
    }

    @Test func constantLabelsAreAnErrorNotAModel() throws {
        let (matrix, labels) = world(rows: 400, seed: 1)
        let set = try LightGBMDataset(matrix, labels: labels.map { _ in 0 }, names: names, parameters: parameters)
        #expect(throws: LightGBMError.self) { try LightGBMTraining.run(set, objective: .named("regression"), parameters: parameters, rounds: 5) }
    }

    @Test func badInputIsAnError() throws {
        let (matrix, labels) = world(rows: 100, seed: 1)
        #expect(throws: LightGBMError.self) { try LightGBMDataset(matrix, labels: Array(labels.dropLast()), names: names, parameters: parameters) }
        #expect(throws: LightGBMError.self) { try LightGBMDataset(matrix, labels: labels.map { _ in .nan }, names: names, parameters: parameters) }
        #expect(throws: LightGBMError.self) { try LightGBMDataset(matrix, labels: labels, names: ["a"], parameters: parameters) }
        #expect(throws: LightGBMError.self) { try LightGBMBooster(model: "tree\nnot a model") }
        let text = try train().0.model
        #expect(throws: LightGBMError.self) { try LightGBMBooster(model: String(text.prefix(text.count / 2))) }
        let booster = try LightGBMBooster(model: text)
        #expect(throws: LightGBMError.self) { try booster.predict(LightGBMMatrix([1, 2], columns: 2)) }
    }
}

extension Double {
    fileprivate var clamped: Double { log(Swift.min(1 - 1e-15, Swift.max(1e-15, self))) }
}

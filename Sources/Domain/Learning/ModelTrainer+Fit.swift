import LightGBM
import Modeling
import Synchronization

/// Fitting one ensemble of trees.
extension ModelTrainer {
    /// A trained model with its predictions.
    struct FoldModel: Sendable {
        let text: String
        /// The log loss per race of the fold that was left out, nats.
        let loss: Double
        let trees: Int
        /// The races that it predicted, and its raw prediction of each of their rows.
        let races: [Int]
        let predictions: [Double]

        /// Adds a share of each prediction to its row of `target`.
        func add(share: Double, of set: TrainingSet, to target: inout [Double]) {
            var next = 0
            for race in races {
                for row in set.races[race].rows {
                    target[row] += share * predictions[next]
                    next += 1
                }
            }
        }
    }

    /// A model to train: one fold of an ensemble.
    struct FoldJob: Sendable {
        let title: String
        let training: [Int]
        /// The fold that is left out for early stopping.
        let validation: [Int]
        /// The races to predict.
        let predicted: [Int]
        let seed: Int
    }

    /// The jobs of an ensemble of some races.
    ///
    /// - Parameter predicted: the races to predict; `nil` for the fold that is left out.
    func jobs(_ set: TrainingSet, _ races: [Int], folds: Int, predicting predicted: [Int]?, title: String) throws
        -> [FoldJob]
    {
        let assigned = try GroupKFold.assign(sizes: races.map { set.races[$0].rows.count }, folds: max(folds, 2))
        return (0..<folds).map { fold in
            let validation = races.indices.filter { assigned[$0] == fold }.map { races[$0] }
            return FoldJob(
                title: "fold \(fold + 1) of \(folds)\(title)",
                training: races.indices.filter { assigned[$0] != fold }.map { races[$0] },
                validation: validation,
                predicted: predicted ?? validation,
                seed: fold
            )
        }
    }

    /// The most rows that are binned at the same time, over all models that are trained at once.
    private static let rowsAtOnce = 800_000

    /// Trains the models of all jobs.
    ///
    /// On two threads, two models at a time take less time than one on both: the objective runs on one. What is left at
    /// the end shares all threads, once the others are done: LightGBM has one number of threads for the whole process.
    func run(_ jobs: [FoldJob], of set: TrainingSet) throws -> [FoldModel] {
        let threads = max(1, Int(plan.parameters.values["num_threads"] ?? "") ?? 1)
        let lanes = max(1, min(threads, jobs.count, Self.rowsAtOnce / max(set.matrix.rows, 1)))
        let started = Atomic(0)
        @Sendable func train(_ job: FoldJob, lanes: Int) throws -> FoldModel {
            let earlier = started.wrappingAdd(1, ordering: .relaxed).oldValue
            onProgress(job.title, Double(earlier) / Double(jobs.count))
            return try fitFold(job, of: set, threads: threads / lanes)
        }
        let rest = jobs.count % lanes
        let models = try inParallel(jobs.count - rest, lanes: lanes) { try train(jobs[$0], lanes: lanes) }
        guard rest > 0 else { return models }
        let last = jobs.suffix(rest)
        return models + (try inParallel(rest, lanes: rest) { try train(last[last.startIndex + $0], lanes: rest) })
    }

    private func fitFold(_ job: FoldJob, of set: TrainingSet, threads: Int) throws -> FoldModel {
        let trained = try fit(set, job, threads: threads)
        let booster = try LightGBMBooster(model: trained.model)
        return FoldModel(
            // The number of threads changes no tree, so it is no part of the model.
            text: trained.model.replacing(/\[num_threads: [0-9]+\]/, with: "[num_threads: 1]"),
            loss: trained.history[trained.bestIteration - 1],
            trees: trained.bestIteration,
            races: job.predicted,
            predictions: try booster.predict(set.taking(job.predicted).matrix, threads: threads)
        )
    }

    /// A subset of the races of a training set as a LightGBM dataset, with the inputs of the objective.
    struct Part {
        let data: LightGBMDataset
        let races: [TrainingRace]
        let shares: [Double]
        let positions: [Int16]

        /// Puts the rows into LightGBM's bins and keeps no other copy.
        ///
        /// - Parameter reference: the dataset whose bins this one must share.
        init(
            _ set: TrainingSet,
            _ indices: [Int],
            _ parameters: LightGBMParameters,
            reference: LightGBMDataset?
        ) throws {
            let (races, rows) = set.select(indices)
            self.races = races
            positions = rows.flatMap { set.positions[$0] }
            shares = TrainingSet.winShares(positions, races)
            data = try LightGBMDataset(
                set.matrix,
                rows: rows,
                labels: positions.map { $0 == 1 ? 1 : 0 },
                names: set.featureNames,
                parameters: parameters,
                reference: reference
            )
        }
    }

    /// Trains one model, with early stopping by the log loss per race of the validation races.
    private func fit(_ set: TrainingSet, _ job: FoldJob, threads: Int) throws -> LightGBMTrainingResult {
        let parameters = plan.parameters.setting("seed", "\(plan.seed + job.seed)").setting("num_threads", "\(threads)")
        let training = try Part(set, job.training, parameters, reference: nil)
        let validation = try Part(set, job.validation, parameters, reference: training.data)
        let objective = objective(training)
        let metric: ([Double]) -> Double = { predicted in
            let p = raceProbabilities(predicted, validation.races)
            return RaceMetrics.mean(RaceMetrics.losses(p, validation.shares, validation.races))
        }
        return try LightGBMTraining.run(
            training.data,
            objective: objective,
            parameters: parameters,
            rounds: plan.rounds,
            validation: (validation.data, metric, plan.patience),
            isCancelled: isCancelled
        )
    }

    private func objective(_ training: Part) -> LightGBMObjective {
        guard plan.objective.isSoftmax else { return .named("binary") }
        let stages = plan.objective == .raceExploded ? [1, 0.5] : [1.0]
        let logit = ExplodedLogit(training.races, positions: training.positions, weights: stages)
        return .custom { scores, gradient, hessian in
            var g = [Double](repeating: 0, count: scores.count)
            var h = g
            logit.derivatives(of: scores, gradient: &g, hessian: &h)
            for row in g.indices {
                gradient[row] = Float(g[row])
                hessian[row] = Float(h[row])
            }
        }
    }
}

import Betting
import LightGBM
import Modeling
import Racing

/// Trains one model: fold models for scoring, and forward-chained models for everything that is fitted against the
/// market.
public struct ModelTrainer: Sendable {
    public let plan: TrainingPlan
    /// Polled every boosting round; `true` ends training with an error.
    public let isCancelled: @Sendable () -> Bool
    /// Receives the current stage and the completed share, 0 to 1.
    public let onProgress: @Sendable (String, Double) -> Void

    public init(
        _ plan: TrainingPlan,
        isCancelled: @escaping @Sendable () -> Bool = { false },
        onProgress: @escaping @Sendable (String, Double) -> Void = { _, _ in }
    ) {
        self.plan = plan
        self.isCancelled = isCancelled
        self.onProgress = onProgress
    }

    /// Trains, calibrates and blends.
    ///
    /// Blocks for the whole training: do not call it on the cooperative thread pool.
    ///
    /// - Throws: `ModelingError` if the data cannot be trained on, `LightGBMError` if LightGBM fails or training is
    ///   cancelled.
    public func train(_ set: TrainingSet, name: String, version: String) throws -> ModelBundle {
        let shares = set.winShares
        for race in set.races where !race.rows.contains(where: { shares[$0] > 0 }) {
            throw ModelingError("race \(race.raceID) of \(race.day) has no winner: leave it out of the training set")
        }
        guard shares.contains(where: { $0 > 0 }) else { throw ModelingError("no race has a winner") }
        guard shares.contains(0) else {
            throw ModelingError("every starter is a winner: there is nothing to learn")
        }
        let seasons = Self.seasons(of: set, count: plan.forwardSeasons)
        let steps = Double(plan.folds + seasons.count)
        let folds = try trainFolds(set) { onProgress("fold \($0 + 1) of \(plan.folds)", Double($0) / steps) }
        let forward = try trainForward(set, seasons, folds: folds.assigned) { index in
            onProgress(
                "season \(index + 1) of \(seasons.count), by earlier seasons",
                Double(plan.folds + index) / steps
            )
        }
        onProgress("calibration and blend", 1)
        let trained = TrainedModels(set: set, shares: shares, folds: folds, forward: forward)
        return try assemble(trained, name: name, version: version)
    }

    /// The raw models and their predictions of the training set.
    private struct TrainedModels {
        let set: TrainingSet
        /// The share of the win of each row.
        let shares: [Double]
        let folds: Folds
        let forward: ForwardChain
    }

    private struct Folds {
        /// The fold of each race.
        let assigned: [Int]
        var models: [String] = []
        var metrics: [String: Double] = [:]
        /// The raw prediction of each row, by the model that was not trained on its race.
        var outOfFold: [Double]
    }

    private struct ForwardChain {
        /// The raw prediction of each row by a model of earlier seasons only; 0 for rows of other races.
        var predictions: [Double]
        /// The indices of the races with a prediction.
        var races: [Int] = []
    }

    private func trainFolds(_ set: TrainingSet, _ onFold: (Int) -> Void) throws -> Folds {
        var folds = Folds(
            assigned: try GroupKFold.assign(sizes: set.races.map(\.rows.count), folds: plan.folds),
            outOfFold: [Double](repeating: 0, count: set.matrix.rows)
        )
        for fold in 0..<plan.folds {
            onFold(fold)
            let training = set.races.indices.filter { folds.assigned[$0] != fold }
            let validation = set.races.indices.filter { folds.assigned[$0] == fold }
            let trained = try fit(set, training: training, validation: validation, seed: fold)
            folds.models.append(trained.model)
            try predict(validation, of: set, by: trained, into: &folds.outOfFold)
            folds.metrics["fold_\(fold + 1)_log_loss"] = trained.history[trained.bestIteration - 1]
            folds.metrics["fold_\(fold + 1)_trees"] = Double(trained.bestIteration)
        }
        return folds
    }

    /// Predicts each season by a model of all earlier races, with fold 0 of them held out for early stopping.
    private func trainForward(
        _ set: TrainingSet,
        _ seasons: [Range<Int>],
        folds: [Int],
        _ onSeason: (Int) -> Void
    ) throws -> ForwardChain {
        var forward = ForwardChain(predictions: [Double](repeating: 0, count: set.matrix.rows))
        for (index, season) in seasons.enumerated() {
            onSeason(index)
            let earlier = Array(0..<season.lowerBound)
            let trained = try fit(
                set,
                training: earlier.filter { folds[$0] != 0 },
                validation: earlier.filter { folds[$0] == 0 },
                seed: plan.folds + index
            )
            try predict(Array(season), of: set, by: trained, into: &forward.predictions)
            forward.races.append(contentsOf: season)
        }
        return forward
    }

    /// The log loss per race of the uncalibrated out-of-fold predictions, nats. Searches compare hyper-parameters by
    /// it.
    func outOfFoldLoss(_ set: TrainingSet) throws -> Double {
        let raw = try trainFolds(set) { _ in }.outOfFold
        let p = raceProbabilities(raw, set.races)
        return RaceMetrics.mean(RaceMetrics.losses(p, set.winShares, set.races))
    }

    /// Probabilities before calibration. Those of `binary` do not sum to 1 within a race.
    private func probabilities(_ raw: [Double], _ races: [TrainingRace]) -> [Double] {
        plan.objective == .raceSoftmax ? RaceSoftmax.probabilities(raw, races) : raw
    }

    /// Probabilities before calibration that sum to 1 within each race.
    private func raceProbabilities(_ raw: [Double], _ races: [TrainingRace]) -> [Double] {
        plan.objective == .raceSoftmax ? RaceSoftmax.probabilities(raw, races) : normalised(raw, races)
    }

    /// Fits calibration, blends and place exponents, and collects the metrics.
    private func assemble(_ trained: TrainedModels, name: String, version: String) throws -> ModelBundle {
        let set = trained.set
        let shares = trained.shares
        let won = set.positions.map { $0 == 1 ? 1.0 : 0.0 }
        func calibrated(_ probabilities: [Double], _ curve: Isotonic) -> [Double] {
            normalised(probabilities.map { curve($0) }, set.races)
        }

        var metrics = trained.folds.metrics
        let outOfFold = probabilities(trained.folds.outOfFold, set.races)
        let reference = try Isotonic(outOfFold, won)
        metrics["oof_log_loss"] = RaceMetrics.mean(
            RaceMetrics.losses(calibrated(outOfFold, reference), shares, set.races)
        )
        metrics["uniform_log_loss"] = RaceMetrics.mean(
            RaceMetrics.losses(normalised(set.positions.map { _ in 1 }, set.races), shares, set.races)
        )

        // A history too short for a forward season is calibrated out of fold; the metric forward_races is then 0.
        let forward = probabilities(trained.forward.predictions, set.races)
        let rows = trained.forward.races.flatMap { Array(set.races[$0].rows) }
        let calibration = try rows.isEmpty ? reference : Isotonic(rows.map { forward[$0] }, rows.map { won[$0] })
        let model = calibrated(rows.isEmpty ? outOfFold : forward, calibration)
        let races = rows.isEmpty ? set.races : trained.forward.races.map { set.races[$0] }
        metrics["oof_auc"] = RaceMetrics.auc(outOfFold, set.positions.map { $0 == 1 })
        metrics["forward_races"] = Double(trained.forward.races.count)
        metrics["forward_log_loss"] = RaceMetrics.mean(RaceMetrics.losses(model, shares, races))

        let blends = try fitBlends(model, set, shares, races, &metrics)
        return ModelBundle(
            name: name,
            version: version,
            objective: plan.objective,
            set: set,
            calibration: calibration,
            blends: blends,
            placeExponents: PlaceExponents.fit(model, positions: set.positions, races: races),
            parameters: plan.parameters.values,
            metrics: metrics,
            models: trained.folds.models
        )
    }

    /// Fits one blend for each lead with at least 30 fully priced races.
    private func fitBlends(
        _ model: [Double],
        _ set: TrainingSet,
        _ shares: [Double],
        _ races: [TrainingRace],
        _ metrics: inout [String: Double]
    ) throws -> [MarketBlend] {
        var blends: [MarketBlend] = []
        for (lead, odds) in set.odds.sorted(by: { $0.key < $1.key }) {
            var market = model
            var priced: [TrainingRace] = []
            for race in races {
                guard let probabilities = try? Overround.power.probabilities(race.rows.map { odds[$0] }) else {
                    continue
                }
                for (row, p) in zip(race.rows, probabilities) { market[row] = p }
                priced.append(race)
            }
            guard priced.count >= 30 else { continue }
            blends.append(
                try MarketBlend.fit(model: model, market: market, shares: shares, races: priced, lead: lead)
            )
            metrics["market_log_loss_\(lead)"] = RaceMetrics.mean(RaceMetrics.losses(market, shares, priced))
        }
        return blends
    }

    /// A subset of the races of a training set as a LightGBM dataset, with the inputs of the objective.
    private struct Part {
        let data: LightGBMDataset
        let races: [TrainingRace]
        let shares: [Double]

        /// Copies the rows into LightGBM's bins and keeps no other copy.
        ///
        /// - Parameter reference: the dataset whose bins this one must share.
        init(
            _ set: TrainingSet,
            _ indices: [Int],
            _ parameters: LightGBMParameters,
            reference: LightGBMDataset?
        ) throws {
            let part = set.taking(indices)
            data = try LightGBMDataset(
                part.matrix,
                labels: part.positions.map { $0 == 1 ? 1 : 0 },
                names: part.featureNames,
                parameters: parameters,
                reference: reference
            )
            races = part.races
            shares = part.winShares
        }
    }

    /// Trains one model, with early stopping by the log loss per race of the validation races.
    private func fit(
        _ set: TrainingSet,
        training trainingRaces: [Int],
        validation validationRaces: [Int],
        seed: Int
    ) throws -> LightGBMTrainingResult {
        let parameters = plan.parameters.setting("seed", "\(plan.seed + seed)")
        let training = try Part(set, trainingRaces, parameters, reference: nil)
        let validation = try Part(set, validationRaces, parameters, reference: training.data)
        let objective: LightGBMObjective =
            plan.objective == .binary
            ? .named("binary")
            : .custom { scores, gradient, hessian in
                RaceSoftmax.writeDerivatives(
                    of: scores,
                    races: training.races,
                    shares: training.shares,
                    gradient: &gradient,
                    hessian: &hessian
                )
            }
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

    /// Predicts the races at `indices` and writes each prediction to its row of `target`.
    private func predict(
        _ indices: [Int],
        of set: TrainingSet,
        by trained: LightGBMTrainingResult,
        into target: inout [Double]
    ) throws {
        let predicted = try LightGBMBooster(model: trained.model).predict(set.taking(indices).matrix, threads: 0)
        var next = 0
        for race in indices {
            for row in set.races[race].rows {
                target[row] = predicted[next]
                next += 1
            }
        }
    }

    /// The last `count` periods of 365 days, each as a range of races; shorter periods for a history below four years.
    ///
    /// A period is left out unless at least its own length of history and 300 races precede it.
    static func seasons(of set: TrainingSet, count: Int) -> [Range<Int>] {
        guard let first = set.races.first?.day, let last = set.races.last?.day else { return [] }
        func firstRace(onOrAfter day: CalendarDay) -> Int { set.races.firstIndex { $0.day >= day } ?? set.races.count }
        let length = min(365, last.days(since: first) / 4)
        return (0..<count).reversed().compactMap { season in
            let start = last.advanced(by: 1 - (season + 1) * length)
            let range = firstRace(onOrAfter: start)..<firstRace(onOrAfter: start.advanced(by: length))
            return range.lowerBound >= 300 && start.days(since: first) >= length && !range.isEmpty ? range : nil
        }
    }
}

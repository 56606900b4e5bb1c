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
    /// - Parameter parent: the model whose recipe this one repeats on later data, to compare the two.
    /// - Throws: `ModelingError` if the data cannot be trained on, `LightGBMError` if LightGBM fails or training is
    ///   cancelled.
    public func train(
        _ set: TrainingSet,
        name: String,
        version: String,
        refitting parent: ModelBundle? = nil
    ) throws -> ModelBundle {
        let shares = set.winShares
        for race in set.races where !race.rows.contains(where: { shares[$0] > 0 }) {
            throw ModelingError("race \(race.raceID) of \(race.day) has no winner: leave it out of the training set")
        }
        guard shares.contains(where: { $0 > 0 }) else { throw ModelingError("no race has a winner") }
        guard shares.contains(0) else {
            throw ModelingError("every starter is a winner: there is nothing to learn")
        }
        let seasons = Self.seasons(of: set, count: plan.forwardSeasons)
        let all = Array(set.races.indices)
        let foldJobs = try jobs(set, all, folds: plan.folds, predicting: nil, title: "")
        let seasonJobs = try seasons.enumerated().map { index, season in
            try jobs(
                set,
                Array(0..<season.lowerBound),
                folds: plan.forwardFolds,
                predicting: Array(season),
                title: " before season \(index + 1) of \(seasons.count)"
            )
        }
        let models = try run(foldJobs + seasonJobs.flatMap(\.self), of: set)
        let folds = Folds(Array(models.prefix(plan.folds)), of: set)
        let chain = try chain(seasons, Array(models.dropFirst(plan.folds)), of: set)
        onProgress("calibration and blend", 1)
        let trained = TrainedModels(set: set, shares: shares, folds: folds, chain: chain)
        return try assemble(trained, name: name, version: version, parent)
    }

    /// The raw models and their predictions of the training set.
    private struct TrainedModels {
        let set: TrainingSet
        /// The share of the win of each row.
        let shares: [Double]
        let folds: Folds
        let chain: ForwardChain
    }

    private struct Folds {
        var models: [String] = []
        var metrics: [String: Double] = [:]
        /// The raw prediction of each row, by the model that was not trained on its race.
        var outOfFold: [Double]

        init(_ trained: [FoldModel], of set: TrainingSet) {
            outOfFold = [Double](repeating: 0, count: set.matrix.rows)
            for (fold, model) in trained.enumerated() {
                models.append(model.text)
                model.add(share: 1, of: set, to: &outOfFold)
                metrics["fold_\(fold + 1)_log_loss"] = model.loss
                metrics["fold_\(fold + 1)_trees"] = Double(model.trees)
            }
        }
    }

    /// The scores of each season by models of earlier seasons only, each an ensemble like the one that is served.
    ///
    /// - Parameter trained: the models of all seasons, season by season.
    private func chain(_ seasons: [Range<Int>], _ trained: [FoldModel], of set: TrainingSet) throws -> ForwardChain {
        var chain = ForwardChain(rows: set.matrix.rows)
        chain.seasons = seasons
        for model in trained { model.add(share: 1 / Double(plan.forwardFolds), of: set, to: &chain.trees) }
        guard plan.objective.isSoftmax else { return chain }
        for season in seasons {
            let logit = try ConditionalLogit.fit(set, races: season.lowerBound, isCancelled: isCancelled)
            for race in set.races[season] {
                chain.logit.replaceSubrange(race.rows, with: logit.scores(set.values(of: race), columns: set.columns))
            }
        }
        return chain
    }

    /// The log loss per race of the trees, uncalibrated, on the seasons of `plan`, nats. Searches compare
    /// hyper-parameters by it.
    ///
    /// Each season is predicted by the mean of two models of earlier races. A history without seasons is predicted out
    /// of fold.
    func searchLoss(_ set: TrainingSet) throws -> Double {
        let seasons = Self.seasons(of: set, count: plan.forwardSeasons)
        if seasons.isEmpty {
            let all = Array(set.races.indices)
            let models = try run(jobs(set, all, folds: plan.folds, predicting: nil, title: ""), of: set)
            return loss(Folds(models, of: set).outOfFold, set, set.races)
        }
        let models = try run(
            seasons.flatMap { season in
                try jobs(set, Array(0..<season.lowerBound), folds: 2, predicting: Array(season), title: "")
            },
            of: set
        )
        var predictions = [Double](repeating: 0, count: set.matrix.rows)
        for model in models { model.add(share: 1 / 2, of: set, to: &predictions) }
        return loss(predictions, set, seasons.flatMap { set.races[$0] })
    }

    private func loss(_ raw: [Double], _ set: TrainingSet, _ races: [TrainingRace]) -> Double {
        RaceMetrics.mean(RaceMetrics.losses(raceProbabilities(raw, races), set.winShares, races))
    }

    /// Probabilities before calibration. Those of `binary` do not sum to 1 within a race.
    private func probabilities(_ raw: [Double], _ races: [TrainingRace]) -> [Double] {
        plan.objective.isSoftmax ? RaceSoftmax.probabilities(raw, races) : raw
    }

    /// Probabilities before calibration that sum to 1 within each race.
    func raceProbabilities(_ raw: [Double], _ races: [TrainingRace]) -> [Double] {
        plan.objective.isSoftmax ? RaceSoftmax.probabilities(raw, races) : normalised(raw, races)
    }

    /// What calibrates the model, with its calibrated probabilities of the races that the rest is fitted on.
    private struct Calibration {
        let curve: Isotonic
        var stack: Stacking.Fitted?
        let probabilities: [Double]
        let races: [TrainingRace]
    }

    /// Fits calibration, blends and place exponents, and collects the metrics.
    private func assemble(
        _ trained: TrainedModels,
        name: String,
        version: String,
        _ parent: ModelBundle?
    ) throws -> ModelBundle {
        let set = trained.set
        let shares = trained.shares
        var metrics = trained.folds.metrics
        let outOfFold = probabilities(trained.folds.outOfFold, set.races)
        let reference = try Isotonic(outOfFold, set.positions.map { $0 == 1 ? 1 : 0 })
        let referenced = normalised(outOfFold.map { reference($0) }, set.races)
        metrics["oof_log_loss"] = RaceMetrics.mean(RaceMetrics.losses(referenced, shares, set.races))
        metrics["uniform_log_loss"] = RaceMetrics.mean(
            RaceMetrics.losses(normalised(set.positions.map { _ in 1 }, set.races), shares, set.races)
        )
        metrics["oof_auc"] = RaceMetrics.auc(outOfFold, set.positions.map { $0 == 1 })
        metrics["forward_races"] = Double(trained.chain.races.count)

        let calibration: Calibration
        if trained.chain.seasons.isEmpty {
            // A history too short for a forward season is calibrated out of fold, without a second learner.
            calibration = Calibration(curve: reference, probabilities: referenced, races: set.races)
        } else if plan.objective.isSoftmax {
            calibration = try stacked(trained, &metrics)
        } else {
            calibration = try forwardCalibration(trained)
        }
        metrics["forward_log_loss"] = RaceMetrics.mean(
            RaceMetrics.losses(calibration.probabilities, shares, calibration.races)
        )
        let blends = try fitBlends(calibration.probabilities, set, shares, calibration.races, &metrics)
        let win = blended(calibration.probabilities, blends, set, calibration.races)
        let exponents = PlaceExponents.fit(win, positions: set.positions, races: calibration.races)
        var bundle = ModelBundle(
            name: name,
            version: version,
            objective: plan.objective,
            set: set,
            calibration: calibration.curve,
            blends: blends,
            placeExponents: exponents,
            placeCalibrations: try PlaceCalibration.fit(
                win,
                exponents: exponents,
                positions: set.positions,
                races: calibration.races
            ),
            parameters: plan.parameters.values.filter { $0.key != "num_threads" },
            metrics: metrics,
            models: trained.folds.models,
            stack: calibration.stack
        )
        bundle.recipe = plan.recipe
        bundle.refit = try parent.map { parent in
            try Refit(
                of: parent,
                set,
                trained.chain,
                calibration.probabilities,
                blend: blends.first { $0.lead == 0 }
            )
        }
        return bundle
    }

    /// Fits the second learner on all races, and the stack and its calibration on the forward seasons.
    private func stacked(_ trained: TrainedModels, _ metrics: inout [String: Double]) throws -> Calibration {
        let stacking = Stacking(trained.chain, trained.set, shares: trained.shares)
        let method = try stacking.chooseMethod(&metrics)
        let weights = stacking.weights(trained.chain.seasons[...])
        stacking.report(weights, &metrics)
        let softmaxed = stacking.probabilities(weights)
        let curve = try stacking.curve(softmaxed, trained.chain.seasons[...])
        let logit = try ConditionalLogit.fit(trained.set, isCancelled: isCancelled)
        return Calibration(
            curve: curve,
            stack: Stacking.Fitted(logit: logit, weights: weights, method: method),
            probabilities: method == .temperature ? softmaxed : stacking.calibrated(softmaxed, curve),
            races: trained.chain.races.map { trained.set.races[$0] }
        )
    }

    private func forwardCalibration(_ trained: TrainedModels) throws -> Calibration {
        let set = trained.set
        let raw = probabilities(trained.chain.trees, set.races)
        let races = trained.chain.races.map { set.races[$0] }
        let rows = races.flatMap(\.rows)
        let curve = try Isotonic(rows.map { raw[$0] }, rows.map { set.positions[$0] == 1 ? 1 : 0 })
        return Calibration(
            curve: curve,
            probabilities: normalised(raw.map { curve($0) }, set.races),
            races: races
        )
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

import Betting
import Features
import LightGBM
import Racing

/// Trains one model: fold models for serving, forward-chained models for what is fitted against the market.
public struct ModelTrainer: Sendable {
    public let plan: TrainingPlan
    /// Asked often; true ends training with an error.
    public let isCancelled: @Sendable () -> Bool
    /// What is being done, and how much of it is done, 0 to 1.
    public let onProgress: @Sendable (String, Double) -> Void

    public init(
        _ plan: TrainingPlan, isCancelled: @escaping @Sendable () -> Bool = { false },
        onProgress: @escaping @Sendable (String, Double) -> Void = { _, _ in }
    ) {
        self.plan = plan
        self.isCancelled = isCancelled
        self.onProgress = onProgress
    }

    /// Blocks for as long as training takes: call it off the cooperative threads.
    ///
    /// - Throws: `ModellingError` where the data cannot be learnt from, `LightGBMError` where LightGBM refuses it or training was cancelled.
    public func train(_ set: TrainingSet, name: String, version: String) throws -> ModelBundle {
        let shares = set.winShares
        for race in set.races where !race.rows.contains(where: { shares[$0] > 0 }) {
            throw ModellingError("race \(race.raceID) of \(race.day) has no winner: it cannot be learnt from")
        }
        guard shares.contains(where: { $0 > 0 }) else { throw ModellingError("no race has a winner") }
        guard shares.contains(0) else { throw ModellingError("every starter is a winner: there is nothing to tell apart") }
        let windows = Self.seasons(of: set, count: plan.forwardSeasons)
        let steps = Double(plan.folds + windows.count)
        let folds = try trainFolds(set) { onProgress("fold \($0 + 1) of \(plan.folds)", Double($0) / steps) }

        var (forward, chained): ([Double], [Int]) = ([Double](repeating: 0, count: set.matrix.rows), [])
        for (index, window) in windows.enumerated() {
            onProgress("season \(index + 1) of \(windows.count), by earlier seasons", Double(plan.folds + index) / steps)
            let earlier = Array(0..<window.lowerBound)
            let learn = earlier.filter { folds.assigned[$0] != 0 }
            let trained = try fit(set, learn, earlier.filter { folds.assigned[$0] == 0 }, seed: plan.folds + index)
            let predicted = try LightGBMBooster(model: trained.model).predict(set.taking(Array(window)).matrix, threads: 0)
            scatter(predicted, set, Array(window), into: &forward)
            chained.append(contentsOf: window)
        }
        onProgress("calibration and blend", 1)
        return try assemble(set, shares, folds.models, folds.metrics, folds.outOfFold, forward, chained, name, version)
    }

    private struct Folds {
        /// The fold of each race.
        let assigned: [Int]
        var models: [String] = []
        var metrics: [String: Double] = [:]
        /// Of each row, by the model that did not see its race.
        var outOfFold: [Double]
    }

    private func trainFolds(_ set: TrainingSet, _ onFold: (Int) -> Void) throws -> Folds {
        var folds = Folds(
            assigned: try GroupKFold.assign(sizes: set.races.map(\.rows.count), folds: plan.folds),
            outOfFold: [Double](repeating: 0, count: set.matrix.rows))
        for fold in 0..<plan.folds {
            onFold(fold)
            let learn = set.races.indices.filter { folds.assigned[$0] != fold }
            let watch = set.races.indices.filter { folds.assigned[$0] == fold }
            let trained = try fit(set, learn, watch, seed: fold)
            folds.models.append(trained.model)
            let predicted = try LightGBMBooster(model: trained.model).predict(set.taking(watch).matrix, threads: 0)
            scatter(predicted, set, watch, into: &folds.outOfFold)
            folds.metrics["fold_\(fold + 1)_log_loss"] = trained.history[trained.bestIteration - 1]
            folds.metrics["fold_\(fold + 1)_trees"] = Double(trained.bestIteration)
        }
        return folds
    }

    /// Race log loss of the folds' predictions of what they did not see, uncalibrated: what hyper-parameters are judged by.
    func outOfFoldLoss(_ set: TrainingSet) throws -> Double {
        let raw = try trainFolds(set) { _ in }.outOfFold
        let p = plan.objective == .raceSoftmax ? RaceSoftmax.probabilities(raw, set.races) : normalised(raw, set.races)
        return RaceMetrics.mean(RaceMetrics.losses(p, set.winShares, set.races))
    }

    private func assemble(
        _ set: TrainingSet, _ shares: [Double], _ models: [String], _ foldMetrics: [String: Double], _ outOfFold: [Double], _ forward: [Double],
        _ chained: [Int], _ name: String,
        _ version: String
    ) throws -> ModelBundle {
        let won = set.positions.map { $0 == 1 ? 1.0 : 0.0 }
        func probabilities(_ raw: [Double]) -> [Double] { plan.objective == .raceSoftmax ? RaceSoftmax.probabilities(raw, set.races) : raw }
        func calibrated(_ raw: [Double], _ curve: Isotonic) -> [Double] { normalised(probabilities(raw).map { curve($0) }, set.races) }

        var metrics = foldMetrics
        let reference = try Isotonic(probabilities(outOfFold), won)
        metrics["oof_log_loss"] = RaceMetrics.mean(RaceMetrics.losses(calibrated(outOfFold, reference), shares, set.races))
        metrics["uniform_log_loss"] = RaceMetrics.mean(
            RaceMetrics.losses(normalised(set.positions.map { _ in 1 }, set.races), shares, set.races))

        // too short a history for a season by earlier ones: the reference variant serves, and the metrics show that no season was chained
        let rows = chained.flatMap { Array(set.races[$0].rows) }
        let calibration = rows.isEmpty ? reference : try Isotonic(rows.map { probabilities(forward)[$0] }, rows.map { won[$0] })
        let f = calibrated(rows.isEmpty ? outOfFold : forward, calibration)
        let judged = rows.isEmpty ? Array(set.races.indices) : chained
        metrics["oof_auc"] = RaceMetrics.auc(probabilities(outOfFold), set.positions.map { $0 == 1 })
        metrics["forward_races"] = Double(chained.count)
        metrics["forward_log_loss"] = RaceMetrics.mean(RaceMetrics.losses(f, shares, judged.map { set.races[$0] }))

        var blends: [MarketBlend] = []
        for (lead, odds) in set.odds.sorted(by: { $0.key < $1.key }) {
            var (market, races): ([Double], [TrainingRace]) = (f, [])
            for race in judged.map({ set.races[$0] }) {
                guard let m = try? Overround.power.probabilities(race.rows.map { odds[$0] }) else { continue }
                for (row, p) in zip(race.rows, m) { market[row] = p }
                races.append(race)
            }
            guard races.count >= 30 else { continue }
            let blend = try MarketBlend.fit(model: f, market: market, shares: shares, races: races, lead: lead)
            blends.append(blend)
            metrics["market_log_loss_\(lead)"] = RaceMetrics.mean(RaceMetrics.losses(market, shares, races))
        }
        let exponents = PlaceExponents.fit(f, positions: set.positions, races: judged.map { set.races[$0] })
        return ModelBundle(
            name: name, version: version, objective: plan.objective, set: set, calibration: calibration, blends: blends, placeExponents: exponents,
            parameters: plan.parameters.values, metrics: metrics, models: models)
    }

    /// LightGBM's copy of some races, in its own bins, with what the objective needs of them; the rows themselves are let go.
    private func lightGBM(_ set: TrainingSet, _ races: [Int], _ parameters: LightGBMParameters, _ reference: LightGBMDataset?) throws -> (
        data: LightGBMDataset, races: [TrainingRace], shares: [Double]
    ) {
        let part = set.taking(races)
        let data = try LightGBMDataset(
            part.matrix, labels: part.positions.map { $0 == 1 ? 1 : 0 }, names: part.featureNames, parameters: parameters, reference: reference)
        return (data, part.races, part.winShares)
    }

    /// One model with early stopping on the races left out, by their log loss.
    private func fit(_ set: TrainingSet, _ learn: [Int], _ watch: [Int], seed: Int) throws -> LightGBMTrained {
        let parameters = plan.parameters.setting("seed", "\(plan.seed + seed)")
        let learning = try lightGBM(set, learn, parameters, nil)
        let held = try lightGBM(set, watch, parameters, learning.data)
        let objective: LightGBMObjective =
            plan.objective == .binary
            ? .named("binary")
            : .custom { scores, gradient, hessian in RaceSoftmax.derive(scores, learning.races, learning.shares, &gradient, &hessian) }
        let metric: ([Double]) -> Double = { predicted in
            let p = plan.objective == .raceSoftmax ? RaceSoftmax.probabilities(predicted, held.races) : normalised(predicted, held.races)
            return RaceMetrics.mean(RaceMetrics.losses(p, held.shares, held.races))
        }
        return try LightGBMTraining.run(
            learning.data, objective: objective, parameters: parameters, rounds: plan.rounds, validation: (held.data, metric, plan.patience),
            isCancelled: isCancelled)
    }

    private func scatter(_ predicted: [Double], _ set: TrainingSet, _ races: [Int], into target: inout [Double]) {
        var next = 0
        for race in races {
            for row in set.races[race].rows {
                target[row] = predicted[next]
                next += 1
            }
        }
    }

    /// The last `count` periods of 365 days, each a range of races, as far as at least as much history and 300 races lie before the first.
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

import Betting
import Foundation
import LightGBM
import Modeling

extension Refit {
    /// Compares forward-chained probabilities with the parent's own on the races after its training.
    ///
    /// - Parameters:
    ///   - chain: the scores of the recipe by models of earlier seasons. The parent's weights and calibration turn them
    ///     into probabilities: they are as old as the parent, so they have not seen these races either.
    ///   - probabilities: those of the forward seasons as the blend was fitted on them, one per row of the set.
    ///   - blend: the blend at the off; `nil` if there are no prices.
    init(
        of parent: ModelBundle,
        _ set: TrainingSet,
        _ chain: ForwardChain,
        _ probabilities: [Double],
        blend: MarketBlend?
    ) throws {
        let races = chain.races.map { set.races[$0] }
        let shares = set.winShares
        let later = races.filter { $0.day > parent.trainedThrough }
        var comparison: Comparison?
        if later.count > 1 {
            let predictor = try Predictor(parent)
            var parents = [Double](repeating: 0, count: probabilities.count)
            for race in later {
                parents.replaceSubrange(race.rows, with: try predictor.race(set.matrix.rows(at: Array(race.rows))))
            }
            comparison = Comparison(
                RaceMetrics.losses(Self.probabilities(chain, calibratedBy: parent, set.races), shares, later),
                parent: RaceMetrics.losses(parents, shares, later)
            )
        }
        self.init(
            parent: parent.version,
            comparison: comparison,
            closing: blend.flatMap { Self.closing($0, set, probabilities, races, shares) }
        )
    }

    private static func probabilities(
        _ chain: ForwardChain,
        calibratedBy parent: ModelBundle,
        _ races: [TrainingRace]
    ) -> [Double] {
        guard parent.objective.isSoftmax else { return normalised(chain.trees.map { parent.calibration($0) }, races) }
        let scores =
            parent.stack.map { stack in zip(chain.trees, chain.logit).map { stack(trees: $0, logit: $1) } }
            ?? chain.trees
        let p = RaceSoftmax.probabilities(scores, races)
        return parent.calibrated == .temperature ? p : normalised(p.map { parent.calibration($0) }, races)
    }

    private static func closing(
        _ blend: MarketBlend,
        _ set: TrainingSet,
        _ probabilities: [Double],
        _ races: [TrainingRace],
        _ shares: [Double]
    ) -> Closing? {
        guard let odds = set.odds[.off] else { return nil }
        let gains = races.compactMap { race -> Double? in
            guard let market = try? Overround.marketProbabilities(race.rows.map { odds[$0] }) else { return nil }
            let blended = blend(model: Array(probabilities[race.rows]), market: market)
            return zip(race.rows, zip(blended, market)).reduce(0) { gain, runner in
                let (row, (p, m)) = runner
                return shares[row] > 0 ? gain + shares[row] * log(max(p, 1e-15) / max(m, 1e-15)) : gain
            }
        }
        return gains.isEmpty ? nil : Closing(races: gains.count, gain: RaceMetrics.mean(gains))
    }
}

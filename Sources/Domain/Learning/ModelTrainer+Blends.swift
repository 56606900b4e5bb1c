import Betting
import Modeling

/// Fitting against the market.
extension ModelTrainer {
    /// Fits one blend for each market with at least 30 fully priced races.
    func fitBlends(
        _ model: [Double],
        _ set: TrainingSet,
        _ shares: [Double],
        _ races: [TrainingRace],
        _ metrics: inout [String: Double]
    ) throws -> [MarketBlend] {
        var blends: [MarketBlend] = []
        for (moment, odds) in set.odds.sorted(by: { $0.key < $1.key }) {
            var market = model
            let priced = races.filter { race in
                guard let probabilities = try? Overround.marketProbabilities(race.rows.map { odds[$0] }) else {
                    return false
                }
                market.replaceSubrange(race.rows, with: probabilities)
                return true
            }
            guard priced.count >= 30 else { continue }
            blends.append(
                try MarketBlend.fit(model: model, market: market, shares: shares, races: priced, at: moment)
            )
            metrics["market_log_loss_\(moment.label)"] = RaceMetrics.mean(RaceMetrics.losses(market, shares, priced))
        }
        return blends
    }

    /// The win probabilities that places are computed from: those of the blend at the off in races with a full market,
    /// and else those of the model.
    func blended(
        _ model: [Double],
        _ blends: [MarketBlend],
        _ set: TrainingSet,
        _ races: [TrainingRace]
    ) -> [Double] {
        guard let odds = set.odds[.off], let blend = blends.first(where: { $0.lead == 0 }) else { return model }
        var win = model
        for race in races {
            guard let market = try? Overround.marketProbabilities(race.rows.map { odds[$0] }) else { continue }
            win.replaceSubrange(race.rows, with: blend(model: Array(model[race.rows]), market: market))
        }
        return win
    }
}

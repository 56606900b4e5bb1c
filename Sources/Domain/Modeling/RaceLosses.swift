import Betting
import Foundation

/// The log losses of one race, in nats.
public struct RaceLosses: Sendable, Equatable {
    public let uniform: Double
    /// `nil` if a starter has no price.
    public let market: Double?
    public let model: Double
    public let blend: Double
}

extension EvaluatedRace {
    /// The index of the winner among the starters; `nil` without a winner, or with a dead heat.
    private var winnerIndex: Int? {
        let starters = starters
        let winners = starters.indices.filter { starters[$0].outcome.position == 1 }
        return winners.count == 1 ? winners[0] : nil
    }

    /// The log loss of the market if it is recalibrated by the weight that it has without the model.
    ///
    /// - Returns: `nil` without a market, a single winner or such a weight.
    func recalibratedLoss(_ blends: [MarketBlend]) -> Double? {
        guard let index = winnerIndex, let market, let blend = blends.blend(lead: lead, prices: prices) else {
            return nil
        }
        return blend.recalibrated(market: market).map { -log(max($0[index], 1e-15)) }
    }

    /// The losses on the race's winner, with the probabilities rescaled to the starters.
    ///
    /// `nil` without signals, without a winner, or with a dead heat.
    public var losses: RaceLosses? {
        let starters = starters
        guard let index = winnerIndex else { return nil }
        let winner = starters[index]
        func loss(_ p: Double, _ total: Double) -> Double { -log(max(p / total, 1e-15)) }
        return RaceLosses(
            uniform: log(Double(starters.count)),
            market: market.map { loss($0[index], 1) },
            model: loss(winner.pModel, starters.reduce(0) { $0 + $1.pModel }),
            blend: loss(winner.pWin, starters.reduce(0) { $0 + $1.pWin })
        )
    }
}

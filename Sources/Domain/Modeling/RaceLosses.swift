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
    /// The losses on the race's winner, with the probabilities rescaled to the starters.
    ///
    /// `nil` without signals, without a winner, or with a dead heat.
    public var losses: RaceLosses? {
        let starters = starters
        let winners = starters.filter { $0.outcome.position == 1 }
        guard winners.count == 1, let winner = winners.first else { return nil }
        func loss(_ p: Double, _ total: Double) -> Double { -log(max(p / total, 1e-15)) }
        let priced = starters.compactMap(\.pMarket)
        return RaceLosses(
            uniform: log(Double(starters.count)),
            market: priced.count == starters.count ? winner.pMarket.map { loss($0, priced.reduce(0, +)) } : nil,
            model: loss(winner.pModel, starters.reduce(0) { $0 + $1.pModel }),
            blend: loss(winner.pWin, starters.reduce(0) { $0 + $1.pWin })
        )
    }
}

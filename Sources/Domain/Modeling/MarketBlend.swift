import Foundation
import Racing

/// The combination of model and market (Benter 1994): c_i is proportional to exp(a ln f_i + b ln m_i).
public struct MarketBlend: Sendable, Codable, Equatable {
    /// The weight of the model, 0 or above: a negative weight would bet against the model.
    public var a: Double
    /// The weight of the market.
    public var b: Double
    /// The standard error of `a`; `nil` if `a` was set to 0.
    public var aError: Double?
    /// The standard error of `b`.
    public var bError: Double
    /// The maximum-likelihood weight of the model, without the constraint.
    public var unconstrainedA: Double
    /// The maximum-likelihood weight of the market, without the constraint.
    public var unconstrainedB: Double
    public var unconstrainedAError: Double
    public var unconstrainedBError: Double
    /// The number of races that the blend was fitted on.
    public var races: Int
    /// Seconds before the off at which the market prices were taken; their median for morning prices.
    public var lead: Int
    /// The kind of the prices; `nil` in bundles that predate this field, which means the latest ones.
    public var prices: MarketMoment.Prices?
    /// The weight of the market if the model is left out: it recalibrates the market. `nil` in bundles that predate
    /// this field.
    public var marketAlone: Double?

    /// The number of standard errors by which the model's weight must exceed 0 for stakes: a smaller one may be due to
    /// chance, and then it loses money against a sharp market.
    private static let requiredErrors = 2.0

    /// Whether the model's weight is a ground to stake on.
    public var isStakeable: Bool { aError.map { a >= Self.requiredErrors * $0 } ?? false }

    /// Fits the weights by maximum likelihood.
    ///
    /// - Parameters:
    ///   - model: within-race probabilities, one per row.
    ///   - market: probabilities without overround, one per row; every runner of every race must be priced.
    ///   - shares: the share of the win per row; 1/k for each of k dead-heat winners.
    ///   - moment: when the prices were taken, and their kind.
    /// - Throws: `ModelingError` if there are fewer than 30 races, or the fit is singular.
    public static func fit(
        model: [Double],
        market: [Double],
        shares: [Double],
        races: [TrainingRace],
        at moment: MarketMoment = .off
    ) throws(ModelingError) -> MarketBlend {
        guard races.count >= 30 else {
            throw ModelingError(
                "cannot fit the market blend on \(races.count) races with a full market: 30 or more are needed"
            )
        }
        let logModel = model.map { log(max($0, 1e-9)) }
        let logMarket = market.map { log(max($0, 1e-9)) }
        let marketOnly = try WinnerLikelihood.maximise([logMarket], shares, races)
        let unconstrained = try WinnerLikelihood.maximise([logModel, logMarket], shares, races)
        var blend = MarketBlend(
            a: unconstrained.weights[0],
            b: unconstrained.weights[1],
            aError: unconstrained.errors[0],
            bError: unconstrained.errors[1],
            unconstrainedA: unconstrained.weights[0],
            unconstrainedB: unconstrained.weights[1],
            unconstrainedAError: unconstrained.errors[0],
            unconstrainedBError: unconstrained.errors[1],
            races: races.count,
            lead: moment.lead,
            prices: moment.prices,
            marketAlone: marketOnly.weights[0]
        )
        if blend.a < 0 {
            blend.a = 0
            blend.aError = nil
            blend.b = marketOnly.weights[0]
            blend.bError = marketOnly.errors[0]
        }
        return blend
    }

    /// The market's probabilities of one race, recalibrated without the model.
    ///
    /// - Returns: `nil` if the bundle predates `marketAlone`.
    public func recalibrated(market: [Double]) -> [Double]? {
        marketAlone.map { b in RaceSoftmax.probabilities(market.map { b * log(max($0, 1e-9)) }) }
    }

    /// The blended probabilities of one race.
    public func callAsFunction(model: [Double], market: [Double]) -> [Double] {
        RaceSoftmax.probabilities(zip(model, market).map { a * log(max($0, 1e-9)) + b * log(max($1, 1e-9)) })
    }
}

extension [MarketBlend] {
    /// The blend whose lead is nearest to `seconds` before the off, on a logarithmic scale, among those of that kind of
    /// price.
    ///
    /// A blend of morning prices never stands in for one of later prices, because it would trust the model too much.
    /// Without a blend of their own, morning prices take the nearest of the others, which trusts it less.
    ///
    /// - Returns: `nil` if there is none.
    public func blend(lead seconds: Double, prices: MarketMoment.Prices) -> MarketBlend? {
        func distance(_ blend: MarketBlend) -> Double {
            abs(log(Double(blend.lead) + 60) - log(Swift.max(seconds, 0) + 60))
        }
        func nearest(_ kind: MarketMoment.Prices) -> MarketBlend? {
            filter { $0.prices ?? .latest == kind }.min { (distance($0), $0.lead) < (distance($1), $1.lead) }
        }
        return nearest(prices) ?? nearest(.latest)
    }
}

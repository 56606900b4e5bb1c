import Foundation

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
    /// Seconds before the off at which the market prices were taken.
    public var lead: Int

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
    ///   - lead: seconds before the off.
    /// - Throws: `ModelingError` if there are fewer than 30 races, or the fit is singular.
    public static func fit(
        model: [Double],
        market: [Double],
        shares: [Double],
        races: [TrainingRace],
        lead: Int = 0
    ) throws(ModelingError) -> MarketBlend {
        guard races.count >= 30 else {
            throw ModelingError(
                "cannot fit the market blend on \(races.count) races with a full market: 30 or more are needed"
            )
        }
        let logModel = model.map { log(max($0, 1e-9)) }
        let logMarket = market.map { log(max($0, 1e-9)) }
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
            lead: lead
        )
        if blend.a < 0 {
            let marketOnly = try WinnerLikelihood.maximise([logMarket], shares, races)
            blend.a = 0
            blend.aError = nil
            blend.b = marketOnly.weights[0]
            blend.bError = marketOnly.errors[0]
        }
        return blend
    }

    /// The blended probabilities of one race.
    public func callAsFunction(model: [Double], market: [Double]) -> [Double] {
        RaceSoftmax.probabilities(zip(model, market).map { a * log(max($0, 1e-9)) + b * log(max($1, 1e-9)) })
    }
}

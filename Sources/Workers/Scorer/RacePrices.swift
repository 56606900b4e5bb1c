import Betting
import Messages
import Modeling
import Racing

/// The probabilities of one race's runners, and the market that they are compared with.
struct RacePrices {
    /// The model alone.
    let pModel: [Double]
    /// The market without its overround; `nil` unless every runner is priced.
    let pMarket: [Double]?
    /// What is bet on: the blend if there is one, else the model alone.
    let pWin: [Double]
    /// `nil` if the terms pay no places.
    let pPlace: [Double]?
    let terms: EachWayTerms?
    /// Decimal odds; `nil` for a runner without a price.
    let odds: [Double?]
    let isBlended: Bool
    /// Whether the model's weight in the blend is a ground to stake on.
    let isStakeable: Bool

    /// - Parameter pModel: calibrated win probabilities in the order of the message's runners.
    init(_ message: RaceFeatures, model pModel: [Double], bundle: ModelBundle) throws {
        let runners = message.runners
        odds = runners.map { $0.hasPrice ? $0.price.odds : nil }
        let priced = odds.compactMap(\.self)
        pMarket = priced.count == runners.count ? try Overround.marketProbabilities(priced) : nil
        let isMorning = runners.allSatisfy { $0.price.source == MarketPrice.Source.morning.rawValue }
        let blend = bundle.blend(
            lead: Double(message.race.off - message.request.asOf) / 1e6,
            prices: isMorning ? .morning : .latest
        )
        if let pMarket, let blend {
            pWin = blend(model: pModel, market: pMarket)
            isBlended = true
            isStakeable = blend.isStakeable
        } else {
            pWin = pModel
            isBlended = false
            isStakeable = false
        }
        self.pModel = pModel
        let terms = EachWayTerms.standard(runners: runners.count, isHandicap: message.race.isHandicap)
        let win = pWin
        pPlace = try terms.map { terms in
            try bundle.placeProbabilities(win: win, places: terms.places)
        }
        self.terms = terms
    }
}

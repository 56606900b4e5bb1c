import Betting
import Features
import Fleet
import Foundation
import LightGBM
import Messages
import Modelling

/// Turns one race.features message and one bundle into signals: a pure function of the two and of the staking policy.
public struct RaceScorer {
    private let predictor: Predictor
    private let policy: StakingPolicy
    private let set: FeatureSet

    /// - Throws: `ModellingError` where the bundle was trained on a feature set that this program does not have.
    public init(_ bundle: ModelBundle, policy: StakingPolicy) throws(ModellingError) {
        guard let set = FeatureSet.all[bundle.featureSetVersion], set.hash == bundle.featureSetHash, set.names == bundle.featureNames else {
            throw ModellingError(
                "model \(bundle.name) \(bundle.version) was trained on feature set \(bundle.featureSetVersion) (\(bundle.featureSetHash)), which is not here"
            )
        }
        predictor = try Predictor(bundle)
        self.policy = policy
        self.set = set
    }

    /// - Throws: `ContractError` where the message is of another feature set than the model's.
    public func score(_ message: RaceFeatures, model: ModelReference) throws -> RaceSignals {
        let bundle = predictor.bundle
        guard message.featureSet.hash == bundle.featureSetHash else {
            throw ContractError(
                "features of set \(message.featureSet.version) (\(message.featureSet.hash)), model \(bundle.name) \(bundle.version) needs \(bundle.featureSetVersion) (\(bundle.featureSetHash)): request the race again"
            )
        }
        let runners = message.runners
        let matrix = LightGBMMatrix(runners.flatMap(\.features), columns: set.features.count)
        let pModel = try predictor.race(matrix)
        let odds: [Double?] = runners.map { $0.hasPrice ? $0.price.odds : nil }
        let priced = odds.compactMap(\.self)
        let market = priced.count == runners.count ? try Overround.power.probabilities(priced) : nil
        let asOf = message.request.asOf
        let blend = bundle.blend(lead: Double(message.race.off - asOf) / 1e6)
        var pWin = pModel
        if let market, let blend { pWin = blend(model: pModel, market: market) }
        let terms = EachWayTerms.standard(runners: runners.count, isHandicap: message.race.isHandicap)
        let places = try terms.map { try PlaceProbability.place(win: pWin, places: $0.places, exponents: bundle.placeExponents) }
        let candidates = runners.indices.map { index in
            let price = runners[index].price
            return StakeCandidate(
                probability: pWin[index], odds: odds[index], priceAge: runners[index].hasPrice ? Double(asOf - price.at) / 1e6 : nil,
                volume: price.hasVolume ? price.volume : nil, commission: policy.source(price.source).commission)
        }
        let quotes = zip(runners, candidates).map { MarketCheck.Quote(back: $1.odds, lay: $0.price.hasLay ? $0.price.lay : nil, age: $1.priceAge) }
        // the model alone differs from the market by more than it knows: what is not blended is not bet on
        let ban =
            model.shadow
            ? "shadow model" : market == nil || blend == nil ? "not blended with the market" : MarketCheck.fault(quotes, policy)
        let stakes = policy.stakes(candidates, ban: ban)
        // SHAP costs a hundred times the prediction, so only for what is staked live, and where the request asks
        var contributions: [Int: ArraySlice<Double>] = [:]
        let staked = runners.indices.filter { message.request.explain || (message.request.origin == .live && stakes[$0].units > 0) }
        if !staked.isEmpty {
            let all = try predictor.contributions(matrix.rows(at: staked))
            for (row, index) in staked.enumerated() { contributions[index] = all[row * matrix.columns..<(row + 1) * matrix.columns] }
        }

        var signals = RaceSignals()
        signals.raceID = message.request.raceID
        signals.raceDay = message.request.raceDay
        signals.asOf = asOf
        signals.off = message.race.off
        signals.origin = message.request.origin
        signals.revision = message.request.revision
        signals.model = model
        signals.signals = try runners.enumerated().map { index, runner in
            var signal = Signal()
            signal.horseID = runner.horseID
            signal.runnerID = runner.runnerID
            signal.pWin = pWin[index]
            signal.pModel = pModel[index]
            if let market { signal.pMarket = market[index] }
            signal.blended = market != nil && blend != nil
            signal.fairOddsWin = 1 / pWin[index]
            if let places, let terms {
                signal.pPlace = places[index]
                signal.fairOddsPlace = 1 / places[index]
                signal.ewPlaces = UInt32(terms.places)
                signal.ewFraction = terms.fraction
            }
            if let price = odds[index] {
                signal.bestOddsWin = price
                signal.bestOddsSource = runner.price.source
                signal.edgeWin = Edge.win(probability: pWin[index], odds: price, commission: candidates[index].commission)
                if let places, let terms { signal.edgeEw = Edge.eachWay(win: pWin[index], place: places[index], odds: price, terms: terms) }
            }
            signal.kellyFraction = stakes[index].kellyFraction
            signal.stakeUnits = stakes[index].units
            signal.liquidityOk = stakes[index].isLiquid
            signal.reasonsJson = try Reasons(
                message, runner: index, stake: stakes[index], isBlended: signal.blended, hasMarket: market != nil,
                contributions: contributions[index], set: set
            ).json()
            return signal
        }
        return signals
    }
}

import Betting
import Features
import Learning
import LightGBM
import Messages
import Modeling

/// Turns one race.features message and one bundle into signals: a pure function of both and of the staking policy.
public struct RaceScorer: Sendable {
    private let predictor: Predictor
    private let policy: StakingPolicy
    private let set: FeatureSet

    /// - Throws: `ModelingError` if this program does not have the feature set that the bundle was trained on.
    public init(_ bundle: ModelBundle, policy: StakingPolicy) throws(ModelingError) {
        set = try bundle.featureSet()
        predictor = try Predictor(bundle)
        self.policy = policy
    }

    var bundle: ModelBundle { predictor.bundle }

    /// Why LightGBM evaluates the trees; `nil` if the forest does.
    var fallback: String? { predictor.fallback }

    /// - Throws: `ContractError` if the message and the model have different feature sets.
    public func score(_ message: RaceFeatures, model: ModelReference) throws -> RaceSignals {
        try checkFeatureSet(of: message)
        let matrix = LightGBMMatrix(message.runners.flatMap(\.features), columns: set.features.count)
        let prices = try RacePrices(message, model: try predictor.race(matrix), bundle: predictor.bundle)
        let stakes = RaceStakes(message, prices, isShadow: model.shadow, policy: policy)
        let contributions = try contributions(message, matrix, stakes)
        return try RaceSignals(message, model: model, prices, stakes) { index in
            try Reasons(
                message,
                runner: index,
                stake: stakes.stakes[index],
                isBlended: prices.isBlended,
                hasMarket: prices.pMarket != nil,
                contributions: contributions[index],
                set: set
            ).json()
        }
    }

    private func checkFeatureSet(of message: RaceFeatures) throws(ContractError) {
        let bundle = predictor.bundle
        guard message.featureSet.hash == bundle.featureSetHash else {
            throw ContractError(
                "the features are of set \(message.featureSet.version) (\(message.featureSet.hash)), but model "
                    + "\(bundle.name) \(bundle.version) needs \(bundle.featureSetVersion) (\(bundle.featureSetHash)): "
                    + "request the race again"
            )
        }
    }

    /// The contributions of each feature to a runner's score, by the runner's index.
    ///
    /// SHAP values cost many times the prediction, so they are computed only for live stakes and on request.
    private func contributions(
        _ message: RaceFeatures,
        _ matrix: LightGBMMatrix,
        _ stakes: RaceStakes
    ) throws -> [Int: ArraySlice<Double>] {
        let isLive = message.request.origin == .live
        let explained = message.runners.indices.filter { index in
            message.request.explain || (isLive && stakes.stakes[index].units > 0)
        }
        guard !explained.isEmpty else { return [:] }
        let all = try predictor.contributions(matrix, rows: explained)
        var contributions: [Int: ArraySlice<Double>] = [:]
        for (row, index) in explained.enumerated() {
            contributions[index] = all[row * matrix.columns..<(row + 1) * matrix.columns]
        }
        return contributions
    }
}

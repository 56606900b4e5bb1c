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
    /// For LightGBM; `nil` if it is not needed.
    private let queue: Queue?

    /// Runs one call after another, without blocking the threads of those that wait.
    private actor Queue {
        func run<R: Sendable>(_ body: @Sendable () throws -> R) throws -> R { try body() }
    }

    /// - Throws: `ModelingError` if this program does not have the feature set that the bundle was trained on.
    public init(_ bundle: ModelBundle, policy: StakingPolicy) throws(ModelingError) {
        set = try bundle.featureSet()
        predictor = try Predictor(bundle)
        queue = predictor.needsLightGBM ? Queue() : nil
        self.policy = policy
    }

    var bundle: ModelBundle { predictor.bundle }

    /// Why LightGBM evaluates the trees; `nil` if the forest does.
    var fallback: String? { predictor.fallback }

    /// - Throws: `ContractError` if the message and the model have different feature sets.
    public func score(_ message: RaceFeatures, model: ModelReference) throws -> RaceSignals {
        let race = try priced(message, model)
        guard !race.explained.isEmpty else { return try signals(message, model, race, []) }
        return try signals(message, model, race, predictor.contributions(to: race.explained, of: race.matrix))
    }

    /// The same signals. If the model needs LightGBM, one race is scored at a time.
    package func scoreInTurn(_ message: RaceFeatures, model: ModelReference) async throws -> RaceSignals {
        guard let queue else { return try score(message, model: model) }
        return try await queue.run { try score(message, model: model) }
    }

    private struct PricedRace {
        let matrix: LightGBMMatrix
        let prices: RacePrices
        let stakes: RaceStakes
        /// The indices of the runners to explain.
        let explained: [Int]
    }

    private func priced(_ message: RaceFeatures, _ model: ModelReference) throws -> PricedRace {
        try checkFeatureSet(of: message)
        let matrix = LightGBMMatrix(message.runners.flatMap(\.features), columns: set.features.count)
        let prices = try RacePrices(message, model: try predictor.race(matrix), bundle: predictor.bundle)
        let stakes = RaceStakes(message, prices, isShadow: model.shadow, policy: policy)
        // Contributions cost many times the prediction, so only live stakes are explained, and what was asked for.
        let isLive = message.request.origin == .live
        let explained = message.runners.indices.filter { index in
            message.request.explain || (isLive && stakes.stakes[index].units > 0)
        }
        return PricedRace(matrix: matrix, prices: prices, stakes: stakes, explained: explained)
    }

    /// - Parameter contributions: those of each feature to the score of each explained runner.
    private func signals(
        _ message: RaceFeatures,
        _ model: ModelReference,
        _ race: PricedRace,
        _ contributions: [[Double]]
    ) throws -> RaceSignals {
        let byRunner = Dictionary(uniqueKeysWithValues: zip(race.explained, contributions))
        return try RaceSignals(message, model: model, race.prices, race.stakes) { index in
            try Reasons(
                message,
                runner: index,
                stake: race.stakes.stakes[index],
                isBlended: race.prices.isBlended,
                hasMarket: race.prices.pMarket != nil,
                contributions: byRunner[index]?[...],
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
}

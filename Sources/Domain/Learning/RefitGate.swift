import Foundation
import Modeling

/// The rule for promoting a model that repeats the recipe of the one in production on later data.
///
/// It has seen all races, so no window is left to compare the two as `ChallengerGate` does.
public struct RefitGate: Sendable, Encodable {
    public let parent: String
    public let comparison: Refit.Comparison?
    public let closing: Refit.Closing?
    /// The reasons against promoting it; empty if there are none.
    public let objections: [String]

    /// - Parameter parent: the model in production.
    /// - Returns: `nil` if the model is not a refit of `parent`.
    public init?(_ model: ModelBundle, parent: ModelBundle) {
        guard let refit = model.refit, model.name == parent.name, refit.parent == parent.version else { return nil }
        self.parent = "\(parent.name) \(parent.version)"
        comparison = refit.comparison
        closing = refit.closing
        objections = [
            model.repeatsRecipe(of: parent) ? nil : "its recipe is not that of \(self.parent)",
            Self.objection(refit.comparison),
            Self.objection(refit.closing),
        ].compactMap(\.self)
    }

    private static func objection(_ comparison: Refit.Comparison?) -> String? {
        let races = comparison?.races ?? 0
        guard let comparison, races >= ChallengerGate.minimumRaces else {
            return
                "only \(races) races are after the parent's training: \(ChallengerGate.minimumRaces) or more are needed"
        }
        guard comparison.gain < -2 * comparison.gainSE else { return nil }
        return String(
            format:
                "it predicts %d later races worse than its parent by %.4f ± %.4f nats: more than two standard errors",
            comparison.races,
            -comparison.gain,
            comparison.gainSE
        )
    }

    private static func objection(_ closing: Refit.Closing?) -> String? {
        guard let closing, closing.races >= ChallengerGate.minimumRaces else {
            return "fewer than \(ChallengerGate.minimumRaces) races have a closing price for every starter: an "
                + "implausible gain over the closing price would not show, so a person must decide"
        }
        guard closing.gain > ChallengerGate.maximumClosingGain else { return nil }
        return String(
            format: "its blend beats the closing price by %.4f nats a race: more than %.2f suggests a leak, which a "
                + "person must rule out",
            closing.gain,
            ChallengerGate.maximumClosingGain
        )
    }
}

extension ModelBundle {
    /// Whether two models were trained in the same way on the same features.
    func repeatsRecipe(of other: ModelBundle) -> Bool {
        objective == other.objective && featureSetHash == other.featureSetHash && parameters == other.parameters
            && (recipe == other.recipe || other.recipe == nil)
    }
}

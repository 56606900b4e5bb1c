/// Whether a model is better than the market, at two standard errors of its gain.
public enum GainVerdict: Sendable, Equatable {
    case better
    case worse
    case inconclusive

    /// - Parameters:
    ///   - gain: log loss of the market minus that of the model, nats per race.
    ///   - standardError: the paired standard error of `gain`; if it is not finite, the verdict is inconclusive.
    public init(gain: Double, standardError: Double) {
        guard standardError.isFinite, abs(gain) > 2 * standardError else {
            self = .inconclusive
            return
        }
        self = gain > 0 ? .better : .worse
    }

    public var text: String {
        switch self {
        case .better: "better than the market by more than two standard errors"
        case .worse: "worse than the market by more than two standard errors"
        case .inconclusive: "not significantly different from the market"
        }
    }
}

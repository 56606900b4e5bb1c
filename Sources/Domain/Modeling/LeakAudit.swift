/// Tests whether a feature set can see a result that it must not see.
///
/// Whole result records are permuted among the starters of each race, so that nothing known before a race predicts its
/// winner. The features are rebuilt, and a model is trained and tested on later races. A model that beats 1/n by more
/// than two standard errors has read the result itself.
public struct LeakAudit: Sendable, Codable, Equatable {
    /// The number of test races. All are later than the training races.
    public let races: Int
    /// Log loss of 1/n, nats per race.
    public let uniform: Double
    /// Log loss of the model, nats per race.
    public let model: Double
    /// `uniform` minus `model`.
    public let gain: Double
    /// The paired standard error of `gain`.
    public let gainSE: Double

    public var passes: Bool { gain <= 2 * gainSE }

    /// A leak that can be planted, to show that the audit detects it.
    public enum Plant: String, Sendable, Codable, CaseIterable {
        /// The runner's own time in the race, or its own position in a race without times.
        case ownTime
    }

    public init(races: Int, uniform: Double, model: Double, gain: Double, gainSE: Double) {
        self.races = races
        self.uniform = uniform
        self.model = model
        self.gain = gain
        self.gainSE = gainSE
    }
}

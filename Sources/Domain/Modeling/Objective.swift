/// The training loss, which decides how raw scores become probabilities.
public enum Objective: String, Sendable, Codable, CaseIterable {
    /// A logistic loss for each starter separately.
    case binary
    /// The conditional logit within each race.
    case raceSoftmax = "race_softmax"
}

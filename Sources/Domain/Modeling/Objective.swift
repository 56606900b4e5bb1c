/// The training loss, which decides how raw scores become probabilities.
public enum Objective: String, Sendable, Codable, CaseIterable {
    /// A logistic loss for each starter separately.
    case binary
    /// The conditional logit within each race.
    case raceSoftmax = "race_softmax"
    /// The exploded logit of the first two places within each race.
    case raceExploded = "race_exploded"

    /// Whether scores become probabilities by a softmax within the race.
    public var isSoftmax: Bool { self != .binary }

    /// The names of all objectives, for messages to people.
    public static let names = allCases.map(\.rawValue).joined(separator: ", ")
}

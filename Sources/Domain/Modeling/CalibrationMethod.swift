/// What turns the scores of a softmax objective into win probabilities.
public enum CalibrationMethod: String, Sendable, Codable {
    /// The curve of `ModelBundle.calibration` on the softmaxed scores, then normalised within the race.
    case isotonic
    /// The softmax alone: the weights of the stack hold the temperature.
    case temperature
}

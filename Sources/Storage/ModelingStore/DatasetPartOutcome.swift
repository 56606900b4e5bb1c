/// The outcome of one part of a data set request.
public enum DatasetPartOutcome: String, Sendable {
    case built
    /// The existing part was up to date.
    case unchanged
    /// The month has no races.
    case empty
    /// The part failed a critical expectation.
    case refused
    /// The builder failed and will retry.
    case failed
}

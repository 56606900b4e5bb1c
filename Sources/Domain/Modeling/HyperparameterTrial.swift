/// One set of hyper-parameters that a search tried, with its result.
public struct HyperparameterTrial: Sendable, Codable, Equatable {
    public let number: Int
    public let parameters: [String: String]
    /// Out-of-fold log loss per race, nats.
    public let loss: Double
    /// Training time.
    public let seconds: Double

    public init(number: Int, parameters: [String: String], loss: Double, seconds: Double) {
        self.number = number
        self.parameters = parameters
        self.loss = loss
        self.seconds = seconds
    }
}

import Racing

/// The result and the closing prices of one runner.
public struct OfficialResult: Sendable, Equatable {
    public let runnerID: Int64
    public let horseID: Int64
    public let finish: Finish
    public let bsp: Double?
    public let placeBSP: Double?
    /// The last live price at or before the off.
    public let lastTraded: Double?
    public let sp: Double?
    /// Whether the exchange's place market paid the runner; `nil` if unknown.
    public let placePaid: Bool?
}

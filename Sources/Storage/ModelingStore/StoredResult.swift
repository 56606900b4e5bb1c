import Betting
import Racing

/// A row of `modeling.results`: one runner's result with its closing price.
public struct StoredResult: Sendable, Equatable {
    public let raceID: Int64
    public let horseID: Int64
    public let off: Instant
    public let isHandicap: Bool
    public let outcome: RunnerOutcome
    public let placeBSP: Double?
    /// Whether the exchange's place market paid the runner; `nil` if unknown.
    public let placePaid: Bool?
    public let closing: ClosingPrice?

    public init(
        raceID: Int64,
        horseID: Int64,
        off: Instant,
        isHandicap: Bool,
        outcome: RunnerOutcome,
        placeBSP: Double?,
        placePaid: Bool? = nil,
        closing: ClosingPrice?
    ) {
        self.raceID = raceID
        self.horseID = horseID
        self.off = off
        self.isHandicap = isHandicap
        self.outcome = outcome
        self.placeBSP = placeBSP
        self.placePaid = placePaid
        self.closing = closing
    }
}

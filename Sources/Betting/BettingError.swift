/// Odds, probabilities or terms that cannot be priced or settled.
public struct BettingError: Error, Sendable, CustomStringConvertible, Equatable {
    public let message: String
    public init(_ message: String) { self.message = message }
    public var description: String { message }
}

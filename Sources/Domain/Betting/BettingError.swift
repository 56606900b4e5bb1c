/// Invalid odds, probabilities, terms or staking policy. The message names the value and the fix.
public struct BettingError: Error, Sendable, CustomStringConvertible, Equatable {
    public let message: String
    public init(_ message: String) { self.message = message }
    public var description: String { message }
}

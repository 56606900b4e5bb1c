/// A value that the rules of racing cannot accept: what it was, where, and what would be right.
public struct RacingError: Error, Sendable, CustomStringConvertible, Equatable {
    public let message: String
    public init(_ message: String) { self.message = message }
    public var description: String { message }
}

/// An expectation suite that cannot be used. The message names the expectation and what is wrong.
public struct ExpectationError: Error, Sendable, CustomStringConvertible, Equatable {
    public let message: String
    public init(_ message: String) { self.message = message }
    public var description: String { message }
}

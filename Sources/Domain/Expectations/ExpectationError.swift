/// An invalid expectation suite. The message names the expectation and the fault.
public struct ExpectationError: Error, Sendable, CustomStringConvertible, Equatable {
    public let message: String
    public init(_ message: String) { self.message = message }
    public var description: String { message }
}

/// Data that cannot be learnt from, or a bundle that cannot be used.
public struct ModellingError: Error, Sendable, CustomStringConvertible, Equatable {
    public let message: String
    public init(_ message: String) { self.message = message }
    public var description: String { message }
}

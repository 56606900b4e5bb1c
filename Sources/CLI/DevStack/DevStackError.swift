/// The private servers could not be started, or have stopped.
public struct DevStackError: Error, Sendable, CustomStringConvertible {
    public let message: String
    public init(_ message: String) { self.message = message }
    public var description: String { "dev stack: \(message)" }
}

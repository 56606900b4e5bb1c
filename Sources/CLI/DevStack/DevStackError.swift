/// A private server failed to start, or has stopped.
public struct DevStackError: Error, Sendable, CustomStringConvertible {
    public let message: String
    public init(_ message: String) { self.message = message }
    public var description: String { "dev stack: \(message)" }
}

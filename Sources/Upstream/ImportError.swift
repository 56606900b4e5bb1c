/// A file that cannot be imported: which, where in it, and what to do.
public struct ImportError: Error, Sendable, CustomStringConvertible {
    public let message: String
    public init(_ message: String) { self.message = message }
    public var description: String { message }
}

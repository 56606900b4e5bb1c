/// A file that cannot be imported. The message names the file, the line and the column.
public struct ImportError: Error, Sendable, CustomStringConvertible {
    public let message: String
    public init(_ message: String) { self.message = message }
    public var description: String { message }
}

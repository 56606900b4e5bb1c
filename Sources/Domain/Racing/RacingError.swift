/// Racing data that is invalid or unknown. The message names the value, its place and the fix.
public struct RacingError: Error, Sendable, CustomStringConvertible, Equatable {
    public let message: String
    public init(_ message: String) { self.message = message }
    public var description: String { message }
}

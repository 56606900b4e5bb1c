/// Invalid or unknown racing data. The message names the value, where it occurs and the fix.
public struct RacingError: Error, Sendable, CustomStringConvertible, Equatable {
    public let message: String
    public init(_ message: String) { self.message = message }
    public var description: String { message }
}

/// What modeling.* cannot do: what, and what to do about it.
public struct StoreError: Error, Sendable, CustomStringConvertible, Equatable {
    public enum Code: Sendable { case migration, unknownModel, registry, conflict }
    public let code: Code
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}

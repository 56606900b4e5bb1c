/// An error of a store of `modeling.*`. The message names the fault and the remedy.
public struct StoreError: Error, Sendable, CustomStringConvertible, Equatable {
    public enum Code: Sendable { case migration, unknownModel, registry, conflict, invalid }
    public let code: Code
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}

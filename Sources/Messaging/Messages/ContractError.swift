/// A message that breaks its contract, with what is wrong with it.
public struct ContractError: Error, Sendable, CustomStringConvertible, Equatable {
    public let message: String
    public init(_ message: String) { self.message = message }
    public var description: String { message }
}

/// A violation of a message contract. The text names the message and the fault.
public struct ContractError: Error, Sendable, CustomStringConvertible, Equatable {
    public let message: String
    /// Whether the payload cannot be decoded as its type. Any number of such messages is no evidence against the worker
    /// that received them.
    public let isUndecodable: Bool

    public init(_ message: String, isUndecodable: Bool = false) {
        self.message = message
        self.isUndecodable = isUndecodable
    }

    public var description: String { message }
}

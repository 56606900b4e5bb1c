import SwiftProtobuf

/// A payload with its topic, key and envelope.
public protocol Contract: SwiftProtobuf.Message, Sendable {
    var topic: Topic { get }
    /// The Kafka key. Messages with the same key keep their order.
    var key: String { get }
    var envelope: Envelope { get }

    /// Checks the invariants that every consumer relies on.
    ///
    /// - Throws: `ContractError` naming the message and the field.
    func validate() throws(ContractError)
}

import Kafka

/// What became of one message.
public enum Outcome: Sendable {
    /// Its effects are written; these records are to be produced before its offset moves.
    case done([KafkaRecord])
    /// It failed by itself, the rest of the batch did not.
    case failed(any Error)
}

/// The one thing that a worker does. The runtime around it consumes, retries, dead-letters, produces and commits.
///
/// Handling a message twice must give the same bytes and the same rows.
public protocol Handler: Sendable {
    associatedtype Input: Sendable

    /// Checks and decodes a payload.
    ///
    /// - Throws: `ContractError`: the message goes to dead.letters.
    func decode(_ message: KafkaMessage) throws(ContractError) -> Input

    /// Handles messages that came together, in order; one outcome each.
    ///
    /// - Throws: what stopped the whole batch; its class decides what happens.
    func handle(_ batch: [Input]) async throws -> [Outcome]

    func classify(_ error: any Error) -> ErrorClass
}

extension Handler {
    public func classify(_ error: any Error) -> ErrorClass { .standard(error) }
}

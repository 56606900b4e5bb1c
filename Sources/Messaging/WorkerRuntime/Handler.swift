import Kafka
import Messages

/// The result of handling one message.
public enum Outcome: Sendable {
    /// The message's effects are written. The runtime produces these messages before it commits the offset.
    case done([any Contract])
    /// This message failed; the rest of the batch did not.
    case failed(any Error)
}

/// What a worker does with its messages. The runtime consumes, retries, dead-letters, produces and commits.
///
/// Messages are delivered at least once: handling a message twice must give the same bytes and the same rows.
public protocol Handler: Sendable {
    associatedtype Input: Sendable

    /// Decodes and validates a payload.
    ///
    /// - Throws: `ContractError` if the payload breaks the contract. The message goes to dead.letters.
    func decode(_ message: KafkaMessage) throws(ContractError) -> Input

    /// Handles a batch of messages in order.
    ///
    /// - Returns: one outcome for each input, in the same order.
    /// - Throws: an error that stopped the whole batch. Its class decides what happens next.
    func handle(_ batch: [Input]) async throws -> [Outcome]

    /// Handles a batch like `handle`, but may leave writes to the runtime for which no later worker waits. The runtime
    /// makes them while it produces the outputs, if no message has failed, and before anything else. If they fail, the
    /// messages fail as if `handle` had thrown.
    func handleLeavingWrites(_ batch: [Input]) async throws -> (outcomes: [Outcome], writes: Writes?)

    /// Maps an error to the class that decides between retry, dead letter and exit.
    func classify(_ error: any Error) -> ErrorClass
}

/// Writes that a handler has left to the runtime. They are idempotent.
public typealias Writes = @Sendable () async throws -> Void

extension Handler {
    public func handleLeavingWrites(_ batch: [Input]) async throws -> (outcomes: [Outcome], writes: Writes?) {
        (try await handle(batch), nil)
    }

    public func classify(_ error: any Error) -> ErrorClass { .standard(error) }
}

extension Handler where Input: Contract {
    public func decode(_ message: KafkaMessage) throws(ContractError) -> Input { try Input.decode(message) }
}

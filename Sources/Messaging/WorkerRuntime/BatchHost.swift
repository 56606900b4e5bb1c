import Kafka

/// What a batch needs of its consumer while it is processed.
package protocol BatchHost: Sendable {
    /// Whether the message's partition was revoked after the message was polled.
    func isRevoked(_ message: KafkaMessage) -> Bool

    /// Runs `work`, and keeps the worker in its consumer group if the work takes long.
    func keepAlive<R: Sendable>(during work: @escaping @Sendable () async throws -> R) async throws -> R

    /// Produces outputs, and makes the writes that their handler has left meanwhile.
    ///
    /// - Returns: the error of the writes, if they failed. The outputs are produced all the same.
    /// - Throws: an error of producing; `WorkerStopping`.
    func produce(_ outputs: [Output], beside writes: @escaping Writes) async throws -> (any Error)?
}

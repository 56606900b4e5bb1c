import Kafka

/// What a batch needs of its consumer while it is processed.
package protocol BatchHost: Sendable {
    /// Whether the message's partition was revoked after the message was polled.
    func isRevoked(_ message: KafkaMessage) -> Bool

    /// Runs `work`, and keeps the worker in its consumer group if the work takes long.
    func keepAlive<R: Sendable>(during work: @escaping @Sendable () async throws -> R) async throws -> R
}

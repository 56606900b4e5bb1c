import Kafka
import Synchronization

/// Counts how often the message at the head of a blocked partition has failed for an unknown reason.
///
/// The count belongs to the partition and offset, not to a batch, so that a message that always fails reaches
/// dead.letters on either lane.
package final class AttemptLedger: Sendable {
    private struct Head {
        var offset: Int64
        var attempts: Int
    }

    private let heads = Mutex<[TopicPartition: Head]>([:])

    package init() {}

    /// - Returns: the number of this attempt, from 1.
    func recordFailure(of message: KafkaMessage) -> Int {
        heads.withLock { heads in
            let previous = heads[message.source]
            let attempts = previous?.offset == message.offset ? (previous?.attempts ?? 0) + 1 : 1
            heads[message.source] = Head(offset: message.offset, attempts: attempts)
            return attempts
        }
    }

    func forget(_ partition: TopicPartition) { heads.withLock { $0[partition] = nil } }
}

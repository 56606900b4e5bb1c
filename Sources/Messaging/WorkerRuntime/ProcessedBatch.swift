import Kafka
import Messages

/// The result of processing a batch: what to produce, what to commit, and what to handle again later.
package struct ProcessedBatch: Sendable {
    /// Produced before the offsets are committed. Empty if they are produced already, beside the handler's writes.
    package var outputs: [Output] = []
    package var areOutputsProduced = false
    package var deadLetters: [DeadLetter] = []
    /// The next offset to commit, by partition. A partition without progress is absent.
    package var offsets: [TopicPartition: Int64] = [:]
    /// The offset from which each blocked partition must be handled again. Nothing from it on was produced, unless the
    /// writes beside producing failed.
    package var deferred: [TopicPartition: Int64] = [:]
    /// How many messages were finished.
    package var finished = 0
}

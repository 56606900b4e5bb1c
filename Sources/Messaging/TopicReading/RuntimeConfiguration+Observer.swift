import Foundation
import Kafka
import WorkerRuntime

extension RuntimeConfiguration {
    /// A consumer that joins no group.
    ///
    /// - Parameter group: the group whose committed offsets it can read.
    public func observer(of group: String? = nil) throws -> KafkaConsumer {
        let group = ["group.id": group ?? "cli.\(UUID().uuidString)"]
        return try KafkaConsumer(kafkaProperties().merging(group) { $1 })
    }

    /// - Throws: `TopicScanError` if the topic does not exist.
    public func partitionCount(of topic: String) async throws -> Int32 {
        guard let count = try await KafkaAdmin(producerProperties()).topics()[topic] else {
            throw TopicScanError("the topic \(topic) is missing: run `giddyup topics apply`")
        }
        return count
    }
}

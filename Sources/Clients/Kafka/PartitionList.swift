import CLibrdkafka

/// Conversions to and from librdkafka's list of partitions.
enum PartitionList {
    typealias Pointer = UnsafeMutablePointer<rd_kafka_topic_partition_list_t>

    /// Calls `body` with a list of these partitions and offsets. The list is destroyed after the call.
    static func with<R>(_ offsets: [(TopicPartition, Int64)], _ body: (Pointer) throws(KafkaError) -> R)
        throws(KafkaError) -> R
    {
        let list: Pointer = rd_kafka_topic_partition_list_new(Int32(offsets.count))
        defer { rd_kafka_topic_partition_list_destroy(list) }
        for (partition, offset) in offsets {
            rd_kafka_topic_partition_list_add(list, partition.topic, partition.partition).pointee.offset = offset
        }
        return try body(list)
    }

    /// Calls `body` with a list of these partitions, without offsets.
    static func with<R>(_ partitions: [TopicPartition], _ body: (Pointer) throws(KafkaError) -> R)
        throws(KafkaError) -> R
    {
        try with(partitions.map { ($0, Int64(RD_KAFKA_OFFSET_INVALID)) }, body)
    }

    static func read(_ list: Pointer) -> [(partition: TopicPartition, offset: Int64, error: rd_kafka_resp_err_t)] {
        (0..<Int(list.pointee.cnt)).map { index in
            let element = list.pointee.elems[index]
            return (TopicPartition(String(cString: element.topic), element.partition), element.offset, element.err)
        }
    }
}

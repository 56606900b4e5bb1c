import CLibrdkafka

/// Builds librdkafka's list of partitions for the length of a call.
enum PartitionList {
    typealias Pointer = UnsafeMutablePointer<rd_kafka_topic_partition_list_t>

    static func with<R>(_ offsets: [(TopicPartition, Int64)], _ body: (Pointer) throws(KafkaError) -> R) throws(KafkaError) -> R {
        let list: Pointer = rd_kafka_topic_partition_list_new(Int32(offsets.count))
        defer { rd_kafka_topic_partition_list_destroy(list) }
        for (place, offset) in offsets {
            rd_kafka_topic_partition_list_add(list, place.topic, place.partition).pointee.offset = offset
        }
        return try body(list)
    }

    static func with<R>(_ places: [TopicPartition], _ body: (Pointer) throws(KafkaError) -> R) throws(KafkaError) -> R {
        try with(places.map { ($0, Int64(RD_KAFKA_OFFSET_INVALID)) }, body)
    }

    static func read(_ list: Pointer) -> [(place: TopicPartition, offset: Int64, error: rd_kafka_resp_err_t)] {
        (0..<Int(list.pointee.cnt)).map { index in
            let element = list.pointee.elems[index]
            return (TopicPartition(String(cString: element.topic), element.partition), element.offset, element.err)
        }
    }
}

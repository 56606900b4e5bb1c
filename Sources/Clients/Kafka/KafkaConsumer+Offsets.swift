import CLibrdkafka

extension KafkaConsumer {
    /// Commits offsets and waits for the broker.
    ///
    /// - Parameter offsets: the next offset to read, by partition.
    public func commit(_ offsets: [TopicPartition: Int64]) async throws(KafkaError) {
        guard !offsets.isEmpty else { return }
        try await client.blocking { handle throws(KafkaError) in try Self.commit(offsets, handle, async: false) }
    }

    /// Commits offsets without waiting for the broker. The result reaches the consumer's `onCommit`.
    ///
    /// - Parameter offsets: the next offset to read, by partition.
    public func beginCommit(_ offsets: [TopicPartition: Int64]) async throws(KafkaError) {
        guard !offsets.isEmpty else { return }
        try await client.blocking { handle throws(KafkaError) in try Self.commit(offsets, handle, async: true) }
    }

    static func commit(_ offsets: [TopicPartition: Int64], _ handle: OpaquePointer, async: Bool) throws(KafkaError) {
        try PartitionList.with(offsets.map { ($0.key, $0.value) }) { list throws(KafkaError) in
            try check(rd_kafka_commit(handle, list, async ? 1 : 0), "commit")
        }
    }

    /// Reads the group's committed offsets.
    ///
    /// - Returns: the next offset to read, by partition; `nil` if the group has committed none.
    public func committed(_ partitions: [TopicPartition], timeout: Duration = .seconds(10)) async throws(KafkaError)
        -> [TopicPartition: Int64?]
    {
        try await client.blocking { handle throws(KafkaError) in
            try PartitionList.with(partitions) { list throws(KafkaError) in
                try check(rd_kafka_committed(handle, list, timeout.milliseconds), "read committed offsets")
                return try Self.offsets(in: list, "read the committed offset of")
            }
        }
    }

    /// Reads the first offset kept and the next offset to be written (the low and high watermark) of a partition.
    public func watermarks(_ partition: TopicPartition, timeout: Duration = .seconds(10)) async throws(KafkaError) -> (
        low: Int64, high: Int64
    ) {
        try await retryingStaleMetadata(for: timeout) { [client] () throws(KafkaError) in
            try await client.blocking { handle throws(KafkaError) in
                var low: Int64 = 0
                var high: Int64 = 0
                try check(
                    rd_kafka_query_watermark_offsets(
                        handle,
                        partition.topic,
                        partition.partition,
                        &low,
                        &high,
                        timeout.milliseconds
                    ),
                    "read the watermarks of \(partition)"
                )
                return (low, high)
            }
        }
    }

    /// Reads the next offset to be written (the high watermark) of each partition, in one request per broker.
    public func endOffsets(_ partitions: [TopicPartition], timeout: Duration = .seconds(10)) async throws(KafkaError)
        -> [TopicPartition: Int64]
    {
        guard !partitions.isEmpty else { return [:] }
        return try await retryingStaleMetadata(for: timeout) { [client] () throws(KafkaError) in
            try await client.blocking { handle throws(KafkaError) in
                try PartitionList.with(partitions.map { ($0, Int64(RD_KAFKA_OFFSET_END)) }) {
                    list throws(KafkaError) in
                    let operation = "read end offsets"
                    try check(rd_kafka_offsets_for_times(handle, list, timeout.milliseconds), operation)
                    return try Self.offsets(in: list, operation).compactMapValues(\.self)
                }
            }
        }
    }

    /// The position of each partition: the offset after the last message that was polled. Does not query the broker.
    ///
    /// - Returns: by partition; a partition from which nothing was polled yet is absent.
    public func positions(_ partitions: [TopicPartition]) async throws(KafkaError) -> [TopicPartition: Int64] {
        guard !partitions.isEmpty else { return [:] }
        return try await client.blocking { handle throws(KafkaError) in
            try PartitionList.with(partitions) { list throws(KafkaError) in
                try check(rd_kafka_position(handle, list), "read positions")
                return try Self.offsets(in: list, "read the position of").compactMapValues(\.self)
            }
        }
    }

    /// Looks up offsets by time.
    ///
    /// A broker without time lookups answers `nil` for every time, 0 included. To detect such a broker, look up 0.
    ///
    /// - Parameter milliseconds: since 1970.
    /// - Returns: the offset of the first message at or after `milliseconds`, by partition; `nil` if there is none.
    public func offsets(at milliseconds: Int64, _ partitions: [TopicPartition], timeout: Duration = .seconds(10))
        async throws(KafkaError) -> [TopicPartition: Int64?]
    {
        try await client.blocking { handle throws(KafkaError) in
            try PartitionList.with(partitions.map { ($0, milliseconds) }) { list throws(KafkaError) in
                try check(rd_kafka_offsets_for_times(handle, list, timeout.milliseconds), "look up offsets by time")
                return try Self.offsets(in: list, "look up the offset by time of")
            }
        }
    }

    /// The consumer lag by partition: the high watermark of the last fetch minus the position.
    ///
    /// Does not query the broker. Partitions not fetched from yet are omitted.
    public func lag(_ partitions: [TopicPartition]) async throws(KafkaError) -> [TopicPartition: Int64] {
        try await client.blocking { handle throws(KafkaError) in
            try PartitionList.with(partitions) { list throws(KafkaError) in
                try check(rd_kafka_position(handle, list), "read positions")
                var lags: [TopicPartition: Int64] = [:]
                for (partition, position, code) in PartitionList.read(list)
                where code == RD_KAFKA_RESP_ERR_NO_ERROR && position >= 0 {
                    var low: Int64 = 0
                    var high: Int64 = 0
                    guard
                        rd_kafka_get_watermark_offsets(handle, partition.topic, partition.partition, &low, &high)
                            == RD_KAFKA_RESP_ERR_NO_ERROR, high >= 0
                    else { continue }
                    lags[partition] = max(0, high - position)
                }
                return lags
            }
        }
    }

    /// The offset of each partition in the list; `nil` if it has none.
    ///
    /// - Throws: the first partition's error. An error does not mean that there is no offset.
    private static func offsets(in list: PartitionList.Pointer, _ operation: String) throws(KafkaError)
        -> [TopicPartition: Int64?]
    {
        var offsets: [TopicPartition: Int64?] = [:]
        for (partition, offset, code) in PartitionList.read(list) {
            try check(code, "\(operation) \(partition)")
            offsets[partition] = .some(offset >= 0 ? offset : nil)
        }
        return offsets
    }
}

import CLibrdkafka

/// A member of a consumer group, under the classic protocol with `cooperative-sticky` assignment. Offsets move only by `commit`.
///
/// Every call runs on the consumer's own queue, one after another, so a rebalance, which happens inside `poll`, never overlaps a commit.
public final class KafkaConsumer: Sendable {
    private let client: KafkaClient
    private let callbacks: RebalanceCallbacks

    /// - Parameter properties: librdkafka's (CONFIGURATION.md); `bootstrap.servers` and `group.id` are needed. Automatic commits cannot be
    ///   turned on.
    public init(
        _ properties: [String: String], rebalance: KafkaRebalanceHandlers = .init(), log: @escaping KafkaLog.Sink = { _ in }
    ) throws(KafkaError) {
        var all = ["auto.offset.reset": "earliest", "partition.assignment.strategy": "cooperative-sticky", "fetch.wait.max.ms": "50"]
        all.merge(properties) { $1 }
        all["enable.auto.commit"] = "false"
        all["enable.auto.offset.store"] = "false"
        callbacks = RebalanceCallbacks(handlers: rebalance, log: log)
        client = try KafkaClient(RD_KAFKA_CONSUMER, all, callbacks: callbacks) { RebalanceCallbacks.install(on: $0) }
        rd_kafka_poll_set_consumer(client.handle)
    }

    public func subscribe(_ topics: [String]) async throws(KafkaError) {
        callbacks.joining()
        try await client.blocking { handle throws(KafkaError) in
            try PartitionList.with(topics.map { TopicPartition($0, RD_KAFKA_PARTITION_UA) }) { list throws(KafkaError) in
                try check(rd_kafka_subscribe(handle, list), "subscribe to \(topics.joined(separator: ", "))")
            }
        }
    }

    /// Reads given partitions outside any group. An offset of nil starts at the beginning.
    public func assign(_ offsets: [TopicPartition: Int64?]) async throws(KafkaError) {
        try await client.blocking { handle throws(KafkaError) in
            try PartitionList.with(offsets.map { ($0.key, $0.value ?? Int64(RD_KAFKA_OFFSET_BEGINNING)) }) { list throws(KafkaError) in
                try check(rd_kafka_assign(handle, list), "assign")
            }
        }
    }

    /// Waits up to `timeout` for a first message and takes what else is there, up to `limit`, in the order of each partition.
    ///
    /// - Throws: a fatal error, or one that waiting will not mend (an unknown topic, a refused authorization).
    public func poll(limit: Int, timeout: Duration) async throws(KafkaError) -> [KafkaMessage] {
        let callbacks = callbacks
        let fatal = { @Sendable [client] in client.fatalError }
        return try await client.blocking { handle throws(KafkaError) in
            if let error = callbacks.takePending() { throw error }
            if let error = fatal() { throw error }
            var messages: [KafkaMessage] = []
            while messages.count < limit {
                let pointer = rd_kafka_consumer_poll(handle, messages.isEmpty ? timeout.milliseconds : 0)
                // what was fetched of a partition before this call lost it belongs to somebody else
                let revoked = callbacks.takeRevoked()
                if !revoked.isEmpty { messages.removeAll { revoked.contains($0.source) } }
                guard let pointer else { break }
                defer { rd_kafka_message_destroy(pointer) }
                switch pointer.pointee.err {
                case RD_KAFKA_RESP_ERR_NO_ERROR: messages.append(KafkaMessage(pointer))
                case RD_KAFKA_RESP_ERR__PARTITION_EOF: break
                default:
                    let reason = rd_kafka_message_errstr(pointer).map { String(cString: $0) }
                    let error = KafkaError(pointer.pointee.err, "consume", message: reason)
                    callbacks.log(KafkaLog(level: error.isRetriable ? 4 : 3, facility: "CONSUME", message: error.description))
                    guard error.isRetriable else {
                        // librdkafka says a fatal error once: what was read before it is handed out first
                        if messages.isEmpty { throw error }
                        callbacks.setPending(error)
                        return messages
                    }
                }
            }
            return messages
        }
    }

    /// Commits the next offset to be read, by partition, and waits for the broker.
    public func commit(_ offsets: [TopicPartition: Int64]) async throws(KafkaError) {
        guard !offsets.isEmpty else { return }
        try await client.blocking { handle throws(KafkaError) in try Self.commit(offsets, handle, async: false) }
    }

    static func commit(_ offsets: [TopicPartition: Int64], _ handle: OpaquePointer, async: Bool) throws(KafkaError) {
        try PartitionList.with(offsets.map { ($0.key, $0.value) }) { list throws(KafkaError) in
            try check(rd_kafka_commit(handle, list, async ? 1 : 0), "commit")
        }
    }

    public func pause(_ places: [TopicPartition]) async throws(KafkaError) {
        try await client.blocking { handle throws(KafkaError) in
            try PartitionList.with(places) { list throws(KafkaError) in try check(rd_kafka_pause_partitions(handle, list), "pause") }
        }
    }

    public func resume(_ places: [TopicPartition]) async throws(KafkaError) {
        try await client.blocking { handle throws(KafkaError) in
            try PartitionList.with(places) { list throws(KafkaError) in try check(rd_kafka_resume_partitions(handle, list), "resume") }
        }
    }

    /// Moves where the next `poll` reads. The partitions must be assigned.
    public func seek(_ offsets: [TopicPartition: Int64]) async throws(KafkaError) {
        guard !offsets.isEmpty else { return }
        try await client.blocking { handle throws(KafkaError) in
            try PartitionList.with(offsets.map { ($0.key, $0.value) }) { list throws(KafkaError) in
                if let error = KafkaError(consuming: rd_kafka_seek_partitions(handle, list, 30_000), "seek") { throw error }
                for (place, _, code) in PartitionList.read(list) { try check(code, "seek \(place)") }
            }
        }
    }

    public func assignment() async throws(KafkaError) -> Set<TopicPartition> {
        try await client.blocking { handle throws(KafkaError) in
            var list: PartitionList.Pointer?
            try check(rd_kafka_assignment(handle, &list), "read the assignment")
            guard let list else { return [] }
            defer { rd_kafka_topic_partition_list_destroy(list) }
            return Set(PartitionList.read(list).map(\.place))
        }
    }

    /// What the group has committed; nil where it has nothing yet.
    public func committed(_ places: [TopicPartition], timeout: Duration = .seconds(10)) async throws(KafkaError) -> [TopicPartition: Int64?] {
        try await client.blocking { handle throws(KafkaError) in
            try PartitionList.with(places) { list throws(KafkaError) in
                try check(rd_kafka_committed(handle, list, timeout.milliseconds), "read committed offsets")
                return try Self.offsets(in: list, "read the committed offset of")
            }
        }
    }

    /// An offset by partition, nil where it has none. A partition's own error is not "none": it is thrown.
    private static func offsets(in list: PartitionList.Pointer, _ operation: String) throws(KafkaError) -> [TopicPartition: Int64?] {
        var offsets: [TopicPartition: Int64?] = [:]
        for (place, offset, code) in PartitionList.read(list) {
            try check(code, "\(operation) \(place)")
            offsets[place] = .some(offset >= 0 ? offset : nil)
        }
        return offsets
    }

    /// The first offset kept and the next to be written.
    public func watermarks(_ place: TopicPartition, timeout: Duration = .seconds(10)) async throws(KafkaError) -> (low: Int64, high: Int64) {
        try await client.blocking { handle throws(KafkaError) in
            var (low, high): (Int64, Int64) = (0, 0)
            try check(
                rd_kafka_query_watermark_offsets(handle, place.topic, place.partition, &low, &high, timeout.milliseconds), "read offsets of \(place)")
            return (low, high)
        }
    }

    /// The offset of the first message at or after `milliseconds` since 1970, by partition; nil where there is none.
    ///
    /// A broker without time lookups answers nil for every time, 0 included: ask for 0 first where that matters.
    public func offsets(at milliseconds: Int64, _ places: [TopicPartition], timeout: Duration = .seconds(10)) async throws(KafkaError)
        -> [TopicPartition: Int64?]
    {
        try await client.blocking { handle throws(KafkaError) in
            try PartitionList.with(places.map { ($0, milliseconds) }) { list throws(KafkaError) in
                try check(rd_kafka_offsets_for_times(handle, list, timeout.milliseconds), "look offsets up by time")
                return try Self.offsets(in: list, "look an offset up by time in")
            }
        }
    }

    /// How far the position is behind the end that the last fetches saw, without asking the broker; partitions not fetched yet are left out.
    public func lag(_ places: [TopicPartition]) async throws(KafkaError) -> [TopicPartition: Int64] {
        try await client.blocking { handle throws(KafkaError) in
            try PartitionList.with(places) { list throws(KafkaError) in
                try check(rd_kafka_position(handle, list), "read positions")
                var lags: [TopicPartition: Int64] = [:]
                for (place, position, code) in PartitionList.read(list) where code == RD_KAFKA_RESP_ERR_NO_ERROR && position >= 0 {
                    var (low, high): (Int64, Int64) = (0, 0)
                    guard rd_kafka_get_watermark_offsets(handle, place.topic, place.partition, &low, &high) == RD_KAFKA_RESP_ERR_NO_ERROR, high >= 0
                    else { continue }
                    lags[place] = max(0, high - position)
                }
                return lags
            }
        }
    }

    /// Leaves the group: partitions are revoked (the handler is called) and go to the others at once.
    public func close() async throws(KafkaError) {
        try await client.blocking { handle throws(KafkaError) in try check(rd_kafka_consumer_close(handle), "close") }
    }
}

func check(_ code: rd_kafka_resp_err_t, _ operation: @autoclosure () -> String) throws(KafkaError) {
    if code != RD_KAFKA_RESP_ERR_NO_ERROR { throw KafkaError(code, operation()) }
}

extension Duration {
    var milliseconds: Int32 { Int32(clamping: components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000) }
}

extension KafkaMessage {
    fileprivate init(_ pointer: UnsafeMutablePointer<rd_kafka_message_t>) {
        let message = pointer.pointee
        var kind = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
        let time = rd_kafka_message_timestamp(pointer, &kind)
        self.init(
            source: TopicPartition(String(cString: rd_kafka_topic_name(message.rkt)), message.partition), offset: message.offset,
            key: message.key.map { Array(UnsafeRawBufferPointer(start: $0, count: message.key_len)) },
            value: message.payload.map { Array(UnsafeRawBufferPointer(start: $0, count: message.len)) },
            headers: Self.headers(of: pointer), timestamp: kind == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE ? nil : time)
    }

    private static func headers(of pointer: UnsafeMutablePointer<rd_kafka_message_t>) -> [KafkaHeader] {
        var list: OpaquePointer?
        guard rd_kafka_message_headers(pointer, &list) == RD_KAFKA_RESP_ERR_NO_ERROR, let list else { return [] }
        return (0..<rd_kafka_header_cnt(list)).compactMap { index in
            var (name, value, size): (UnsafePointer<CChar>?, UnsafeRawPointer?, Int) = (nil, nil, 0)
            guard rd_kafka_header_get_all(list, index, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR, let name else { return nil }
            return KafkaHeader(String(cString: name), value.map { Array(UnsafeRawBufferPointer(start: $0, count: size)) })
        }
    }
}
